import Button from "@cloudscape-design/components/button";
import { AgentError, RESULTS } from "icall-agent";
import { type ReactNode, useEffect, useState } from "react";

import { customerOf, type PastCall } from "../agent/configuration.js";
import { useStore } from "../agent/useDesk.js";
import { timeOf } from "../call/clock.js";
import { useAppearance } from "../texts/appearance.js";
import type { TextKey } from "../texts/en-US.js";

/** Plays the recording of a call that is over. */
export function Player({ call, close }: { readonly call: PastCall; readonly close: () => void }): ReactNode {
  const { say, language } = useAppearance();
  const [url, problem, setProblem] = useRecording(call.vocId);
  const title = say("history.player", { number: customerOf(call), time: timeOf(call.startedAt, language) });
  return (
    <div className="player" role="group" aria-label={title}>
      <div className="player-head">
        <span>{title}</span>
        <Button variant="icon" iconName="close" ariaLabel={say("history.closePlayer")} onClick={close} />
      </div>
      {problem && <p role="alert">{say(problem)}</p>}
      {url !== "" && !problem && (
        <audio
          controls
          autoPlay
          src={url}
          aria-label={title}
          onError={() => {
            setProblem("history.recordingFailed");
          }}
        />
      )}
    </div>
  );
}

function useRecording(vocId: string): readonly [string, TextKey | undefined, (problem: TextKey) => void] {
  const { agent } = useStore();
  const [url, setUrl] = useState("");
  const [problem, setProblem] = useState<TextKey>();
  useEffect(() => {
    agent.getVocInfo(vocId).then(
      (recording) => {
        setUrl(recording.url);
      },
      (error: unknown) => {
        setProblem(problemOf(error));
      },
    );
  }, [agent, vocId]);
  return [url, problem, setProblem];
}

function problemOf(error: unknown): TextKey {
  switch (error instanceof AgentError ? error.code : undefined) {
    case RESULTS.targetNotFound:
      return "history.recordingPending";
    case RESULTS.notPermitted:
      return "history.recordingForbidden";
    default:
      return "history.recordingFailed";
  }
}
