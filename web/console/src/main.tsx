import "./style.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { DeskStore } from "./agent/store.js";
import { DeskProvider } from "./agent/useDesk.js";
import { App } from "./App.js";
import { deploymentOf } from "./deployment.js";
import { pageDevice } from "./sound/device.js";
import { AppearanceProvider, keptLanguage } from "./texts/appearance.js";

const root = document.getElementById("root");
if (!root) {
  throw new Error("index.html has no element with the id root.");
}

const { api = location.origin, socket, ...deployment } = await deploymentOf(import.meta.env.BASE_URL);
const device = await pageDevice(deployment, keptLanguage(), (message) => {
  store.soundFailed(message);
});
const store = new DeskStore({ api, ...(socket ? { socket } : {}), ...(device ? { device } : {}) });
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
