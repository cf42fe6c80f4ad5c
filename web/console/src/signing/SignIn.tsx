import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, type SubmitEvent, useState } from "react";

import type { Desk } from "../agent/desk.js";
import { signInRefusal } from "../agent/refusals.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { AppearanceButtons } from "../desk/AppearanceButtons.js";
import { useAppearance } from "../texts/appearance.js";
import { keyOf } from "../texts/texts.js";

/** What became of the last try. */
type Refused = { readonly code: number; readonly message: string } | "missing";

/** The sign-in by AgentID and password. */
export function SignIn(): ReactNode {
  const { say } = useAppearance();
  const { left } = useDesk();
  const [agentId, setAgentId] = useState("");
  const [password, setPassword] = useState("");
  const [refused, busy, signIn] = useSignIn();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void signIn(agentId.trim(), password);
  };
  return (
    <main className="sign-in">
      <div className="sign-in-corner">
        <AppearanceButtons />
      </div>
      <form onSubmit={submit} className="sign-in-card" noValidate>
        <div className="sign-in-brand">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="36" height="36" />
          <div>
            <h1>{say("app.title")}</h1>
            <p>icall</p>
          </div>
        </div>
        <SpaceBetween size="m">
          <SignInNews refused={refused} left={left} />
          <FormField label={say("signIn.agentId")}>
            <Input
              value={agentId}
              autoFocus
              autoComplete="username"
              inputMode="numeric"
              name="agentId"
              onChange={({ detail }) => {
                setAgentId(detail.value);
              }}
            />
          </FormField>
          <FormField label={say("signIn.password")}>
            <Input
              value={password}
              type="password"
              autoComplete="current-password"
              name="password"
              onChange={({ detail }) => {
                setPassword(detail.value);
              }}
            />
          </FormField>
          <Button variant="primary" formAction="submit" loading={busy} loadingText={say("app.loading")} fullWidth>
            {say("signIn.submit")}
          </Button>
        </SpaceBetween>
      </form>
    </main>
  );
}

function SignInNews({
  refused,
  left,
}: {
  readonly refused: Refused | undefined;
  readonly left: Desk["left"];
}): ReactNode {
  const { say } = useAppearance();
  if (refused) {
    const words = refused === "missing" ? say("signIn.missing") : signInRefusal(refused.code, refused.message, say);
    return (
      <div role="alert">
        <Alert type="error">{words}</Alert>
      </div>
    );
  }
  if (left === "") {
    return null;
  }
  return (
    <div role="status">
      <Alert type={left === "self" ? "success" : "warning"}>{say(keyOf("signIn.left", left) ?? "signIn.left.4")}</Alert>
    </div>
  );
}

function useSignIn(): readonly [Refused | undefined, boolean, (agentId: string, password: string) => Promise<void>] {
  const store = useStore();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const signIn = async (agentId: string, password: string): Promise<void> => {
    if (agentId === "" || password === "") {
      setRefused("missing");
      return;
    }
    setBusy(true);
    const { ok, code, message } = await store.agent.login(agentId, password);
    setBusy(false);
    setRefused(ok ? undefined : { code, message });
    store.refresh();
  };
  return [refused, busy, signIn];
}
