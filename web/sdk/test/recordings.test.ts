import { describe, expect, it } from "vitest";
import { signedIn, stage } from "./fakes/stage.js";

const URL = "https://files.example/v1.mp3?signed";

describe("a recording", () => {
  it("has an address, a call and a length", async () => {
    const { time, agent } = await signedIn();
    const [address, info] = [agent.getVocFileName("v 1"), agent.GetVocInfo("v 1")];
    await time.pass(50);
    expect(await address).toBe(URL);
    expect(await info).toEqual({ vocId: "v 1", callId: "c1", seconds: 3, url: URL });
  });

  it("gives its address at once to a page written for the control", async () => {
    const { agent } = await signedIn();
    expect(agent.GetVocFileName("v 1")).toBe(URL);
    expect(agent.GetVocFileName("../agent/state")).toBe("");
    expect(stage().browser.tab().GetVocFileName("v 1")).toBe("");
  });

  it("that is not there is an error with a code and words", async () => {
    const { time, agent } = await signedIn();
    const asked = agent.getVocFileName("v2").catch((error: unknown) => error);
    await time.pass(50);
    expect(await asked).toMatchObject({
      name: "AgentError",
      code: -6,
      message: expect.stringContaining("no file") as string,
    });
    await expect(stage().browser.tab().getVocFileName("v 1")).rejects.toMatchObject({ code: -1 });
  });
});
