/** Tag strings, `NAME:VALUE|NAME:VALUE`: how everything known of a call reaches the business page. */

/** Tags by name, in their order. */
export type Tags = Readonly<Record<string, string>>;

const MAX_BYTES = 4096;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;
const ESCAPED = /%(25|7C|0D|0A)/gi;

/** A tag string that cannot be read; its text is not repeated. */
export class BadTagString extends Error {
  override readonly name = "BadTagString";
}

/** Writes tags in their order as one tag string. @zh 按顺序把标记写成标记字符串。 */
export function writeTags(tags: Tags): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}:${value.replace(/[%|\r\n]/g, encodeURIComponent)}`)
    .join("|");
}

/**
 * Reads a tag string; blanks round separators and a trailing `|` are tolerated, the last of two equal names wins.
 * Throws BadTagString: longer than 4 KB, a pair without a colon, or a name that is none.
 * @zh 读标记字符串；容忍分隔符两侧的空白与末尾的 `|`，同名后者为准；超过 4 KB、缺冒号或名字不合规时抛 BadTagString。
 */
export function readTags(text: string): Record<string, string> {
  if (new TextEncoder().encode(text).length > MAX_BYTES) {
    throw new BadTagString(`The tag string is longer than ${MAX_BYTES} bytes: send fewer or shorter tags.`);
  }
  // Without a prototype, so that a tag named "constructor" is a tag and nothing else.
  const tags = Object.create(null) as Record<string, string>;
  for (const [place, part] of text.split("|").entries()) {
    if (part.trim() !== "") {
      const [name, value] = readPair(part, place + 1);
      tags[name] = value;
    }
  }
  return tags;
}

function readPair(part: string, place: number): [string, string] {
  const colon = part.indexOf(":");
  const name = part.slice(0, colon).trim();
  if (colon < 0 || !NAME.test(name)) {
    throw new BadTagString(`Pair ${place} of the tag string is not NAME:VALUE with a NAME of letters, digits and _.`);
  }
  return [
    name,
    part
      .slice(colon + 1)
      .trim()
      .replace(ESCAPED, decodeURIComponent),
  ];
}
