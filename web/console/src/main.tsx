import "@cloudscape-design/global-styles/index.css";
import "./style.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { DeskStore } from "./agent/store.js";
import { DeskProvider } from "./agent/useDesk.js";
import { App } from "./App.js";
import { pageDevice } from "./sound/device.js";
import { AppearanceProvider } from "./texts/appearance.js";

const root = document.getElementById("root");
if (!root) {
  throw new Error("index.html has no element with the id root.");
}

/** `data-api` and `data-socket` name the contact centre where it is not this page's own origin. */
const { api, socket } = root.dataset;
const device = pageDevice();
const store = new DeskStore({
  api: api ?? location.origin,
  ...(socket ? { socket } : {}),
  ...(device ? { device } : {}),
});
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
