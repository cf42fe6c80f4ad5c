import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { type ReactNode, type SubmitEvent, useState } from "react";

import { customerOf, type PastCall } from "../agent/configuration.js";
import { useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";

const MOST_RECENT = 4;

/** A number to be called, and those that were in hand lately. */
export function DialOut({ calls }: { readonly calls: readonly PastCall[] }): ReactNode {
  const { say } = useAppearance();
  const store = useStore();
  const [number, setNumber] = useState("");
  const [empty, setEmpty] = useState(false);
  const call = async (to: string): Promise<void> => {
    if (await store.ask("call", (agent) => agent.call(to))) {
      setNumber("");
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setEmpty(number.trim() === "");
    if (number.trim() !== "") {
      void call(number.trim());
    }
  };
  return (
    <section className="dial" aria-labelledby="dial-title">
      <h3 id="dial-title">{say("dial.title")}</h3>
      <form onSubmit={submit} noValidate>
        <FormField stretch errorText={empty ? say("dial.empty") : ""}>
          <div className="dial-row">
            <Input
              value={number}
              type="text"
              inputMode="tel"
              name="number"
              autoComplete={false}
              ariaLabel={say("dial.number")}
              placeholder={say("dial.placeholder")}
              nativeInputAttributes={{ "aria-keyshortcuts": "F7" }}
              onChange={({ detail }) => {
                setNumber(detail.value);
                setEmpty(false);
              }}
            />
            <Button iconName="call" formAction="submit">
              {say("dial.call")}
            </Button>
          </div>
        </FormField>
      </form>
      <RecentNumbers numbers={recentOf(calls)} call={call} />
    </section>
  );
}

interface RecentProps {
  readonly numbers: readonly string[];
  readonly call: (number: string) => Promise<void>;
}

function RecentNumbers({ numbers, call }: RecentProps): ReactNode {
  const { say } = useAppearance();
  if (numbers.length === 0) {
    return null;
  }
  return (
    <div className="recent">
      <h4>{say("dial.recent")}</h4>
      <ul>
        {numbers.map((number) => (
          <li key={number}>
            <button
              type="button"
              className="quiet number"
              aria-label={say("dial.callNumber", { number })}
              onClick={() => void call(number)}
            >
              {number}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function recentOf(calls: readonly PastCall[]): readonly string[] {
  return [...new Set(calls.map(customerOf))].filter((number) => number !== "").slice(0, MOST_RECENT);
}
