import Button from "@cloudscape-design/components/button";
import { type ReactNode, useState } from "react";

import { type Configuration, customerOf, type PastCall } from "../agent/configuration.js";
import { isAtRest } from "../agent/desk.js";
import { type Loaded, useDesk, useStore } from "../agent/useDesk.js";
import { clockOf, timeOf } from "../call/clock.js";
import { endOf } from "../call/endings.js";
import { useAppearance } from "../texts/appearance.js";
import { titled } from "../texts/texts.js";
import { Player } from "./Player.js";

interface Props {
  readonly calls: Loaded<readonly PastCall[]>;
  readonly reload: () => void;
  readonly centre: Configuration | undefined;
}

/** The agent's calls of the last 24 hours, each to be heard again or called back. */
export function History({ calls, reload, centre }: Props): ReactNode {
  const { say } = useAppearance();
  const [playing, setPlaying] = useState<PastCall>();
  const known = calls.kind === "there" ? calls.value : [];
  return (
    <section className="history" aria-labelledby="history-title">
      <div className="history-head">
        <h2 id="history-title">{say("history.title")}</h2>
        <Button variant="icon" iconName="refresh" ariaLabel={say("history.refresh")} onClick={reload} />
      </div>
      {playing && (
        <Player
          key={playing.callId}
          call={playing}
          close={() => {
            setPlaying(undefined);
          }}
        />
      )}
      {calls.kind === "failed" && <p role="alert">{say("history.failed")}</p>}
      {calls.kind === "there" && known.length === 0 && <p className="hint">{say("history.empty")}</p>}
      {known.length > 0 && <CallTable calls={known} centre={centre} play={setPlaying} />}
    </section>
  );
}

interface TableProps {
  readonly calls: readonly PastCall[];
  readonly centre: Configuration | undefined;
  readonly play: (call: PastCall) => void;
}

function CallTable({ calls, centre, play }: TableProps): ReactNode {
  const { say } = useAppearance();
  return (
    <div className="history-scroll" tabIndex={0} role="group" aria-labelledby="history-title">
      <table className="history-table">
        <thead>
          <tr>
            <th scope="col">{say("history.time")}</th>
            <th scope="col">{say("history.number")}</th>
            <th scope="col">{say("history.queue")}</th>
            <th scope="col" className="number">
              {say("history.talk")}
            </th>
            <th scope="col">{say("history.result")}</th>
            <th scope="col">{say("history.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <CallRow key={call.callId} call={call} centre={centre} play={play} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CallRow({ call, centre, play }: Omit<TableProps, "calls"> & { readonly call: PastCall }): ReactNode {
  const { say, language } = useAppearance();
  const { facts } = useDesk();
  const store = useStore();
  const inbound = call.direction === "inbound";
  const [number, time] = [customerOf(call), timeOf(call.startedAt, language)];
  const queue = centre?.queues.find(({ name }) => name === call.queue);
  return (
    <tr>
      <td>{time}</td>
      <td className="number">
        <span className="direction" role="img" aria-label={say(inbound ? "history.in" : "history.out")}>
          {inbound ? "↘" : "↗"}
        </span>{" "}
        {number}
      </td>
      <td>{call.queue === "" ? "—" : titled(queue?.title, language, call.queue)}</td>
      <td className="number">{call.talkSeconds > 0 ? clockOf(call.talkSeconds * 1000) : "—"}</td>
      <td>{endOf(call, centre, language, say)}</td>
      <td className="history-actions">
        {call.vocId !== "" && (
          <Button
            variant="icon"
            iconName="play"
            ariaLabel={say("history.play", { number, time })}
            onClick={() => {
              play(call);
            }}
          />
        )}
        {isAtRest(facts.agent.state) && (
          <Button
            variant="icon"
            iconName="call"
            ariaLabel={say("history.callBack", { number })}
            onClick={() => void store.ask("call", (agent) => agent.call(number))}
          />
        )}
      </td>
    </tr>
  );
}
