/** In place of the package `debug`, by which JsSIP logs every message in full: there is no log. */
export default (): (() => void) => () => undefined;
