// Writes docs/agent-sdk-reference.md and .zh.md from the types and their comments; with --check, only compares.
// A comment's Chinese half follows @zh.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = new URL("../", import.meta.url);
const sources = [
  "agent",
  "centre",
  "commands",
  "config",
  "constants",
  "device",
  "events",
  "frames",
  "requests",
  "station",
  "tags",
];
const files = Object.fromEntries(sources.map((name) => [name, parse(`src/${name}.ts`)]));

const WORDS = {
  en: {
    file: "../../docs/agent-sdk-reference.md",
    other: "[中文](agent-sdk-reference.zh.md)",
    title: "iCallAgent.js: reference",
    intro:
      "Generated from the types in `web/sdk/src` by `npm run reference` there. For a start, read [your first screen pop in five minutes](first-screen-pop.md).",
    load: 'A plain `<script src=".../sdk/iCallAgent.js"></script>` puts one object at `window.iCallAgentX`; a page in a frame finds it at `window.top.iCallAgentX`. As an ES module: `import { Agent } from ".../sdk/icall-agent.mjs"`. The page\'s telephone comes along with `data-telephone` or `telephone: true`; the telephones are modules of their own, too, `.../sdk/telephones/emulated-carrier.mjs`, `.../sdk/telephones/sip-phone.mjs` and `.../sdk/telephones/twilio-voice.mjs` (in the package `icall-agent/telephones/...`): each exports `telephone(place, options)`, which makes a `DevicePort`.',
    object: "The object",
    properties: "Properties",
    methods: "Methods",
    named: "Named methods",
    namedIntro:
      "Each returns a `Promise<Outcome>` that never rejects. The server answers -2 for what it does not know yet.",
    config: "Set-up",
    configIntro: "For `new Agent(config)`, `iCallAgentX.configure(config)`, or as data-attributes of the script tag.",
    events: "Events",
    eventsIntro:
      "`bind(name, handler)`; a handler is called with `(e, sliceNo, iParam, sParam)`, in a task of its own. The control's property is set to a function `(sliceNo, iParam, sParam)`.",
    actions: "Actions: `doAction(code, iParam, sParam)`",
    controls: "Controls: `doControl(sliceNo, code)`",
    states: "States",
    results: "Return codes",
    resultsIntro: "Above 0: the request's number. A return code never means that it happened; only an event does.",
    connection: "Connection states",
    reasons: "Reasons of the connection",
    kinds: "Target kinds",
    tags: "Tag strings",
    types: "Types",
    name: "Name",
    code: "Code",
    control: "Control",
    what: "What",
  },
  zh: {
    file: "../../docs/agent-sdk-reference.zh.md",
    other: "[English](agent-sdk-reference.md)",
    title: "iCallAgent.js 参考",
    intro:
      "由 `web/sdk/src` 的类型生成（在该目录运行 `npm run reference`）。入门请读[五分钟做出第一个来电弹屏](first-screen-pop.zh.md)。",
    load: '普通的 `<script src=".../sdk/iCallAgent.js"></script>` 会在 `window.iCallAgentX` 放一个对象；框架内的页面用 `window.top.iCallAgentX` 取得它。作为 ES 模块：`import { Agent } from ".../sdk/icall-agent.mjs"`。页面的电话用 `data-telephone` 或 `telephone: true` 带上；各种电话也是独立的模块：`.../sdk/telephones/emulated-carrier.mjs`、`.../sdk/telephones/sip-phone.mjs` 和 `.../sdk/telephones/twilio-voice.mjs`（包中为 `icall-agent/telephones/...`），各导出 `telephone(place, options)`，用来做出一个 `DevicePort`。',
    object: "对象",
    properties: "属性",
    methods: "方法",
    named: "具名方法",
    namedIntro: "都返回 `Promise<Outcome>`，从不 reject。服务器尚不认识的操作以 -2 回答。",
    config: "设置",
    configIntro: "用于 `new Agent(config)`、`iCallAgentX.configure(config)`，或作为 script 标签的 data 属性。",
    events: "事件",
    eventsIntro:
      "`bind(name, handler)`；处理函数以 `(e, sliceNo, iParam, sParam)` 调用，每次都在独立的任务中。控件属性设为函数 `(sliceNo, iParam, sParam)`。",
    actions: "操作：`doAction(code, iParam, sParam)`",
    controls: "控制：`doControl(sliceNo, code)`",
    states: "状态",
    results: "返回码",
    resultsIntro: "大于 0：请求号。返回码从不表示已经发生，只有事件才表示。",
    connection: "连接状态",
    reasons: "连接原因",
    kinds: "目标类型",
    tags: "标记字符串",
    types: "类型",
    name: "名称",
    code: "代码",
    control: "控件",
    what: "说明",
  },
};

function parse(path) {
  const text = readFileSync(new URL(path, root), "utf8");
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
}

function declaration(file, name) {
  const found = files[file].statements.find(
    (node) =>
      // The interface beside the class only types the control's event properties.
      (node.name?.text === name && !(name === "Agent" && ts.isInterfaceDeclaration(node))) ||
      (ts.isVariableStatement(node) && node.declarationList.declarations[0].name.getText() === name),
  );
  if (!found) {
    throw new Error(`There is no ${name} in src/${file}.ts.`);
  }
  return found;
}

/** The comment before a node, in one language. */
function comment(node, language) {
  const raw = node.jsDoc?.at(-1)?.getText() ?? "";
  const text = raw
    .replace(/^\/\*\*|\*\/$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  const [en, zh] = text.split("@zh").map((half) => half.trim());
  if (!en || (language === "zh" && !zh)) {
    throw new Error(`${node.getSourceFile().fileName}: ${node.name?.getText() ?? "?"} has no comment in ${language}.`);
  }
  return language === "zh" ? zh : en;
}

const cell = (text) => text.replace(/\|/g, "\\|").replace(/\s+/g, " ");
const table = (heads, rows) =>
  [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

function isPublic(member) {
  const hidden = ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Protected | ts.ModifierFlags.Private);
  return member.name && !ts.isPrivateIdentifier(member.name) && !hidden && !ts.isConstructorDeclaration(member);
}

/** A member as it is used: `name(parameters): result`, or `name: type`. */
function signature(member) {
  const type = member.type?.getText() ?? "void";
  if (!ts.isMethodDeclaration(member)) {
    return `\`${member.name.getText()}: ${type}\``.replace(/\s+/g, " ").replace(/readonly /g, "");
  }
  const parameters = member.parameters.map((parameter) => parameter.getText()).join(", ");
  return `\`${member.name.getText()}(${parameters}): ${type}\``.replace(/\s+/g, " ");
}

function members(file, name, language, which) {
  const rows = declaration(file, name).members.filter(isPublic).filter(which);
  return table(
    [WORDS[language].name, WORDS[language].what],
    rows.map((member) => [signature(member), comment(member, language)]),
  );
}

/** The rows of one of the tables in constants.ts: name, value, what it is. */
function constantRows(name, language) {
  const [{ initializer }] = declaration("constants", name).declarationList.declarations;
  return initializer.expression.properties.map((property) => [
    `\`${property.name.getText()}\``,
    `\`${property.initializer.getText().replace(/"/g, "")}\``,
    comment(property, language),
  ]);
}

/** A declaration as code, without its own comment. */
function code(file, name) {
  const node = declaration(file, name);
  return node
    .getText()
    .replace(/^export (declare )?/, "")
    .replace(/ @zh [^*]*(?=\*\/)/g, "")
    .replace(/ readonly /g, " ")
    .replace(/^(\s*)readonly /gm, "$1");
}

function functionRow(file, name, language) {
  const node = declaration(file, name);
  const parameters = node.parameters.map((parameter) => parameter.getText()).join(", ");
  return [`\`${name}(${parameters}): ${node.type.getText()}\``, comment(node, language)];
}

const TYPES = [
  ["requests", "Outcome"],
  ["events", "HeardEvent"],
  ["events", "Handler"],
  ["events", "ControlHandler"],
  ["frames", "AgentEvent"],
  ["frames", "Facts"],
  ["frames", "AgentFacts"],
  ["frames", "CallFacts"],
  ["frames", "Member"],
  ["station", "ConnectionStatus"],
  ["centre", "SignedIn"],
  ["centre", "VocInfo"],
  ["commands", "TargetOptions"],
  ["commands", "FlowOptions"],
  ["constants", "CodeMap"],
  ["device", "DevicePort"],
  ["device", "DeviceIdentity"],
  ["device", "TelephonePlace"],
  ["device", "TelephoneOptions"],
];

function objectPart(words, language) {
  return [
    `## ${words.object}`,
    comment(declaration("agent", "Agent"), language),
    `### ${words.properties}`,
    members("agent", "Agent", language, (member) => !ts.isMethodDeclaration(member)),
    `### ${words.methods}`,
    members("agent", "Agent", language, ts.isMethodDeclaration),
    `### ${words.named}`,
    words.namedIntro,
    members("commands", "Commands", language, ts.isMethodDeclaration),
  ];
}

function configPart(words, language) {
  const rows = declaration("config", "AgentConfig").members.map((member) => [
    `\`${member.name.getText()}: ${member.type.getText()}\``,
    comment(member, language),
  ]);
  return [`## ${words.config}`, words.configIntro, table([words.name, words.what], rows)];
}

function constantsPart(words, language) {
  const section = (title, name, intro = []) => [
    `## ${title}`,
    ...intro,
    table([words.name, words.code, words.what], constantRows(name, language)),
  ];
  return [
    `## ${words.events}`,
    words.eventsIntro,
    table([words.name, words.control, words.what], constantRows("EVENTS", language)),
    ...section(words.actions, "ACTIONS"),
    ...section(words.controls, "CONTROLS"),
    ...section(words.states, "STATES"),
    ...section(words.results, "RESULTS", [words.resultsIntro]),
    ...section(words.connection, "CONNECTION_STATES"),
    ...section(words.reasons, "REASONS"),
    ...section(words.kinds, "TARGET_KINDS"),
  ];
}

function reference(language) {
  const words = WORDS[language];
  const tags = ["writeTags", "readTags"].map((name) => functionRow("tags", name, language));
  const blocks = [
    `# ${words.title}`,
    words.other,
    words.intro,
    words.load,
    ...objectPart(words, language),
    ...configPart(words, language),
    ...constantsPart(words, language),
    `## ${words.tags}`,
    table([words.name, words.what], tags),
    `## ${words.types}`,
    ...TYPES.map(([file, name]) => `\`\`\`ts\n${code(file, name)}\n\`\`\``),
  ];
  return `${blocks.join("\n\n")}\n`;
}

for (const [language, { file }] of Object.entries(WORDS)) {
  const [path, wanted] = [new URL(file, root), reference(language)];
  if (!process.argv.includes("--check")) {
    writeFileSync(path, wanted);
  } else if (readFileSync(path, "utf8") !== wanted) {
    console.error(`✗ ${fileURLToPath(path)} is not what the types say: run npm run reference in web/sdk.`);
    process.exitCode = 1;
  }
}
