import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type OpenPage, openPage, until } from "./fakes/page.js";

function blocks(doc: string, language: string): string[] {
  const text = readFileSync(new URL(`../../../docs/${doc}`, import.meta.url), "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, code]) => code!);
}

function shown({ window }: OpenPage, id: string): string {
  return window.document.getElementById(id)!.textContent;
}

function runs({ window }: OpenPage, code: string): void {
  const script = window.document.createElement("script");
  script.textContent = code;
  window.document.body.append(script);
}

/** The guide's page, open; the pretend centre takes the demo sign-in's password. */
async function guidePage(doc: string): Promise<OpenPage> {
  const [html] = blocks(doc, "html");
  const page = await openPage(html!);
  page.centre.password = "icall-100";
  return page;
}

describe.each(["first-screen-pop.md", "first-screen-pop.zh.md"])("the guide %s", (doc) => {
  it("pops the screen, answers, keeps the recording's name, hangs up, and calls with one line", async () => {
    const page = await guidePage(doc);
    const { window, centre, errors } = page;
    window.document.getElementById("sign-in")!.click();
    await until(() => window.iCallAgentX.connection.state === "connected");
    window.document.getElementById("ready")!.click();
    centre.tells("Ring", 1, { CALLERID: "83366857", TTYPE: "2", note: "<b>bold</b>" });
    await until(() => shown(page, "caller").includes("83366857"));
    expect(shown(page, "caller")).toContain("CALLERID:83366857|TTYPE:2|note:<b>bold</b>");
    window.document.getElementById("answer")!.click();
    await until(() => centre.requests.length === 2);
    centre.tells("Talk", 1, { CALLERID: "83366857", TTYPE: "2", VOCID: "v 1" });
    await until(() => shown(page, "recording") === "v 1");
    window.document.getElementById("hang-up")!.click();
    window.document.getElementById("call")!.click();
    await until(() => centre.requests.length === 4);
    for (const act of [10, 1, 2]) {
      expect(centre.frames).toContainEqual(expect.objectContaining({ act }));
    }
    expect(centre.frames).toContainEqual(expect.objectContaining({ act: 7, iParam: 3, sParam: "83366857" }));
    centre.tells("Hangup", 2, { CALLERID: "83366857" });
    await until(() => !shown(page, "caller").includes("83366857"));
    // There are no modules in jsdom: a real browser talks (tests/browser/test_guide_page_talks.py).
    expect(shown(page, "problem")).toContain("not loaded yet");
    expect(errors).toEqual([]);
    page.close();
  });

  it("shows what was refused, signs in by a code, and says when a recording is not there", async () => {
    const page = await guidePage(doc);
    const [hold, signIn, play] = blocks(doc, "js");
    const { window, centre, errors } = page;
    runs(page, hold!);
    await until(() => shown(page, "caller") === "Sign in first.");
    const { fetch } = window;
    const ours = (url: string): Promise<unknown> => Promise.resolve({ url, json: () => ({ code: "from my server" }) });
    window.fetch = ((url: string, ...rest: []) =>
      url === "/my/login-code?agent=100" ? ours(url) : fetch(url, ...rest)) as typeof fetch;
    centre.codes.add("from my server");
    runs(page, signIn!);
    await until(() => window.iCallAgentX.connection.state === "connected");
    runs(page, play!);
    await until(() => shown(page, "recording").startsWith("There is no file"));
    expect(errors).toEqual([]);
    page.close();
  });

  it("says the same code as the other language's", () => {
    expect(blocks(doc, "js")).toEqual(blocks("first-screen-pop.md", "js"));
    expect(blocks(doc, "sh")).toEqual(blocks("first-screen-pop.md", "sh"));
  });
});

describe("the reference", () => {
  it("is what the types say, in both languages", () => {
    expect(() => execFileSync(process.execPath, ["tools/reference.mjs", "--check"], { stdio: "pipe" })).not.toThrow();
  });
});
