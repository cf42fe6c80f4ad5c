import "./style.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { DeskStore } from "./agent/store.js";
import { DeskProvider } from "./agent/useDesk.js";
import { App } from "./App.js";
import { deploymentOf } from "./deployment.js";
import { AppearanceProvider } from "./texts/appearance.js";

const root = document.getElementById("root");
if (!root) {
  throw new Error("index.html has no element with the id root.");
}

const store = new DeskStore({ api: location.origin, ...(await deploymentOf(import.meta.env.BASE_URL)) });
window.iCallAgentX = store.agent;

createRoot(root).render(
  <StrictMode>
    <AppearanceProvider>
      <DeskProvider store={store}>
        <App />
      </DeskProvider>
    </AppearanceProvider>
  </StrictMode>,
);
