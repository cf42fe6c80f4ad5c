import { describe, expect, it } from "vitest";
import { BadTagString, readTags, writeTags } from "../src/tags.js";

describe("a tag string", () => {
  it("of the guide reads to the letter", () => {
    expect({ ...readTags("CALLERID:83366857|TTYPE:2") }).toEqual({ CALLERID: "83366857", TTYPE: "2" });
    expect(writeTags({ CALLERID: "83366857", TTYPE: "2" })).toBe("CALLERID:83366857|TTYPE:2");
  });

  it("comes back as it was, whatever is in its values", () => {
    const tags = { URL: "https://a.b/?x=1%7C&y=2", TEXT: "一|二\r\n三", QUOTE: `<b>"'`, EMPTY: "" };
    expect({ ...readTags(writeTags(tags)) }).toEqual(tags);
  });

  it("tolerates blanks round separators and a trailing |, and the last of two equal names wins", () => {
    expect({ ...readTags(" A : 1 | B:2:3 |A:4| ") }).toEqual({ A: "4", B: "2:3" });
  });

  it("leaves other percent signs alone", () => {
    expect(readTags("A:100%20%")["A"]).toBe("100%20%");
  });

  it("keeps a name that an object has anyway as a tag", () => {
    const tags = readTags("constructor:1|toString:2");
    expect([Object.entries(tags), Object.getPrototypeOf(tags)]).toEqual([
      [
        ["constructor", "1"],
        ["toString", "2"],
      ],
      null,
    ]);
  });

  it.each(["novalue", "1A:2", ":x", "A B:1", `A${"x".repeat(32)}:1`, `A:${"一".repeat(1400)}`])(
    "that is wrong is refused without being repeated (%#)",
    (wrong) => {
      expect(() => readTags(wrong)).toThrow(BadTagString);
      expect(() => readTags(wrong)).not.toThrow(wrong);
    },
  );
});
