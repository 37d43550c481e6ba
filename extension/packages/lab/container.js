// A module federation container: JupyterLab calls `init` with the modules that the page shares, and
// `get` for the extension's own.  A shared module is chosen as the page's bundler chooses it: the one
// in use, else the newest.
(globalThis._JUPYTERLAB ??= {})[NAME] = (() => {
  let scope = {};
  let made;

  const isNewer = (a, b) => a.localeCompare(b, "en", { numeric: true }) > 0;

  const shared = async (name) => {
    const versions = scope[name] ?? {};
    let chosen;
    for (const version of Object.keys(versions)) {
      if (versions[version].loaded) {
        chosen = version;
        break;
      }
      if (chosen === undefined || isNewer(version, chosen)) {
        chosen = version;
      }
    }
    if (chosen === undefined) {
      return undefined;
    }
    versions[chosen].loaded = 1;
    return (await versions[chosen].get())();
  };

  const make = async () => {
    const modules = {};
    await Promise.all(
      NEEDED.map(async (name) => {
        modules[name] = await shared(name);
      }),
    );
    // Notebook 7 shares fewer.  What is taken of those it lacks are tokens of services, all
    // optional: one that nobody provides.
    const { Token } = modules["@lumino/coreutils"];
    const none = (name) =>
      new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : new Token(`${name}:none`)) });
    const require = (name) => modules[name] ?? none(name);
    const module = { exports: {} };
    ((require, module, exports) => {
      BUNDLE;
    })(require, module, module.exports);
    const exported = { default: module.exports.default };
    Object.defineProperty(exported, "__esModule", { value: true });
    return exported;
  };

  return {
    init: (given) => {
      scope = given;
    },
    get: async (name) => {
      if (name !== "./extension" && name !== "./index") {
        throw new Error(`${name} is not in this extension`);
      }
      const exported = await (made ??= make());
      return () => exported;
    },
  };
})();
