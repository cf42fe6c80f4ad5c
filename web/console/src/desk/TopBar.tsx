import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import type { ReactNode } from "react";

import type { Configuration } from "../agent/configuration.js";
import { isAtRest, type Person } from "../agent/desk.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { AppearanceButtons } from "./AppearanceButtons.js";
import { ConnectionLight, TelephoneLight } from "./ConnectionLight.js";
import type { DialogName } from "./Desk.js";
import { StateMenu } from "./StateMenu.js";

interface Props {
  readonly person: Person;
  readonly centre: Configuration | undefined;
  readonly open: (dialog: DialogName) => void;
}

/** Whose centre, which state for how long, how the connection is, and who. */
export function TopBar({ person, centre, open }: Props): ReactNode {
  const { say } = useAppearance();
  return (
    <header className="top awsui-context-top-navigation">
      <h1 className="top-centre">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
        <span className="top-name">{centre?.centre ?? say("app.title")}</span>
      </h1>
      <StateMenu centre={centre} />
      <div className="top-end">
        <TelephoneLight />
        <ConnectionLight />
        <AppearanceButtons />
        <AccountMenu person={person} open={open} />
      </div>
    </header>
  );
}

function AccountMenu({ person, open }: Omit<Props, "centre">): ReactNode {
  const { say } = useAppearance();
  const { facts } = useDesk();
  const store = useStore();
  const free = isAtRest(facts.agent.state);
  const signOut = {
    id: "sign-out",
    text: say("account.signOut"),
    iconName: "sign-out" as const,
    disabled: !free,
    ...(free ? {} : { disabledReason: say("account.signOutLater") }),
  };
  return (
    <ButtonDropdown
      variant="normal"
      ariaLabel={say("account.menu", { name: person.name, seat: person.sliceNo })}
      items={[
        { id: "microphone", text: say("account.microphone"), iconName: "microphone" },
        { id: "help", text: say("account.help"), iconName: "keyboard" },
        signOut,
      ]}
      onItemClick={({ detail }) => {
        if (detail.id === "sign-out") {
          void store.signOut();
        } else {
          open(detail.id as DialogName);
        }
      }}
    >
      {say("account.menu", { name: person.name, seat: person.sliceNo })}
    </ButtonDropdown>
  );
}
