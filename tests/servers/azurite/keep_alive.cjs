// Loaded before Azurite: connections that nobody uses stay open for ten minutes instead of five seconds.
//
// A server that closes an idle connection while a client sends over it looks like a broken connection, on a busy machine
// often; the cloud waits for minutes. Azurite's option for it, --blobKeepAliveTimeout, has no effect in 3.37.0.
"use strict";

const MILLISECONDS = 600_000;

for (const module of [require("http"), require("https")]) {
  const create = module.createServer;
  module.createServer = (...options) => {
    const server = create.apply(module, options);
    Object.defineProperty(server, "keepAliveTimeout", { get: () => MILLISECONDS, set() {} });
    return server;
  };
}
