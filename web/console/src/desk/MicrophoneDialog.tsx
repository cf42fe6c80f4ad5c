import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useEffect, useState } from "react";

import { type MicrophoneCheck, useMicrophoneCheck } from "../sound/microphone.js";
import { Bell } from "../sound/ring.js";
import { useAppearance } from "../texts/appearance.js";

/** Checks microphone, ring tone and notifications. */
export default function MicrophoneDialog(): ReactNode {
  const { say } = useAppearance();
  const check = useMicrophoneCheck();
  return (
    <SpaceBetween size="m">
      <p className="hint">{say("microphone.intro")}</p>
      {check.problem && (
        <div role="alert">
          <Alert type="error">{say(check.problem)}</Alert>
        </div>
      )}
      {check.kind === "open" && <Level check={check} />}
      <SpaceBetween size="xs" direction="horizontal">
        {check.kind !== "open" && (
          <Button
            iconName="microphone"
            loading={check.kind === "opening"}
            onClick={() => {
              check.start();
            }}
          >
            {say("microphone.start")}
          </Button>
        )}
        <RingButton />
        <NotificationButton />
      </SpaceBetween>
    </SpaceBetween>
  );
}

function Level({ check }: { readonly check: MicrophoneCheck }): ReactNode {
  const { say } = useAppearance();
  const options = check.microphones.map(({ deviceId, label }) => ({ value: deviceId, label }));
  return (
    <SpaceBetween size="s">
      <div
        className="meter"
        role="meter"
        aria-label={say("microphone.level")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={check.level}
      >
        <div className="meter-fill" style={{ width: `${check.level}%` }} />
      </div>
      <p role="status" className={check.heard ? "hint hint-good" : "hint"}>
        {say(check.heard ? "microphone.working" : "microphone.quiet")}
      </p>
      <FormField label={say("microphone.device")}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === check.chosen) ?? null}
          onChange={({ detail }) => {
            check.start(detail.selectedOption.value);
          }}
        />
      </FormField>
    </SpaceBetween>
  );
}

function RingButton(): ReactNode {
  const { say } = useAppearance();
  const [bell] = useState(() => new Bell());
  useEffect(
    () => () => {
      bell.stop();
    },
    [bell],
  );
  return (
    <Button iconName="audio-full" onClick={() => void bell.once()}>
      {say("microphone.ring")}
    </Button>
  );
}

function NotificationButton(): ReactNode {
  const { say } = useAppearance();
  const [permission, setPermission] = useState(() =>
    "Notification" in globalThis ? Notification.permission : "denied",
  );
  switch (permission) {
    case "granted":
      return <p className="hint">{say("microphone.notifyOn")}</p>;
    case "denied":
      return <p className="hint">{say("microphone.notifyRefused")}</p>;
    case "default":
      return (
        <Button iconName="notification" onClick={() => void Notification.requestPermission().then(setPermission)}>
          {say("microphone.notify")}
        </Button>
      );
  }
}
