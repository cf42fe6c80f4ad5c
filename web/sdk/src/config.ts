/** How an agent object is set up. */

import type { CodeMap } from "./constants.js";
import type { DevicePort, TelephonePlace } from "./device.js";

/** What may be given to `new Agent(...)`, to `configure`, or as data-attributes of the script tag. */
export interface AgentConfig {
  /** Where the contact centre's HTTP interface is; by default where the script came from. `data-api` @zh HTTP 接口地址；默认为脚本来源。`data-api` */
  readonly api?: string;
  /** Where its WebSocket is; by default `/socket` below `api`. `data-socket` @zh WebSocket 地址；默认为 `api` 下的 `/socket`。`data-socket` */
  readonly socket?: string;
  /** False keeps this page apart from the browser's other tabs. `data-share="false"` @zh 为 false 时本页不与其他标签页共享。`data-share="false"` */
  readonly share?: boolean;
  /** Gives a one-time login code, which your own server asked for. @zh 返回一次性登录码，由您自己的服务器申请。 */
  readonly loginCode?: (agentId: string, isAdmin: boolean) => Promise<string>;
  /** The seat's device: "browser", "sip" or "phone"; by default the seat's own. `data-device` @zh 座席设备："browser"、"sip" 或 "phone"；默认用座席自己的。`data-device` */
  readonly deviceKind?: "browser" | "sip" | "phone";
  /** True gives this page the deployment's telephone, loaded when the agent's calls ring in a page; or say which. `data-telephone` @zh 为 true 时本页使用部署的电话，座席在页面中接听时才加载；也可指明是哪一个。`data-telephone` */
  readonly telephone?: boolean | TelephonePlace;
  /** A telephone of your own, in its place. @zh 用您自己的电话代替。 */
  readonly device?: DevicePort;
  /** The deployment's own integer codes. @zh 部署方自定义的整数代码。 */
  readonly codes?: CodeMap;
}

/** A config with every default in place. */
export interface Settings extends Omit<AgentConfig, "api" | "socket" | "share"> {
  readonly api: string;
  readonly socket: string;
  readonly share: boolean;
}

/** Fills in what a config leaves open; `origin` is where the script came from. */
export function settings(config: AgentConfig, origin: string): Settings {
  const api = (config.api ?? origin).replace(/\/+$/, "");
  const socket = config.socket ?? `${api.replace(/^http/, "ws")}/socket`;
  return { ...config, api, socket, share: config.share ?? true };
}

/** Reads the data-attributes of a script tag. */
export function configOf(attributes: Readonly<Partial<Record<string, string>>>): AgentConfig {
  const { api, socket, share, device, telephone } = attributes;
  return {
    ...(api ? { api } : {}),
    ...(socket ? { socket } : {}),
    ...(share ? { share: share !== "false" } : {}),
    ...(telephone === undefined ? {} : { telephone: telephone !== "false" }),
    // One that there is not is refused by the server, in words, rather than taken as the seat's own.
    ...(device ? { deviceKind: device as NonNullable<AgentConfig["deviceKind"]> } : {}),
  };
}
