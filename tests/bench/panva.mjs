// A peer of the provider: panva's oidc-provider, in memory, with one client and one person who has agreed to it.
// Its folder is the first argument; client and key come as JSON on standard input; it listens at the port given.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.argv[2]}/package.json`);
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);
const { client, key, port } = JSON.parse(readFileSync(0, "utf8"));
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  jwks: { keys: [key] },
  claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: "SAMPLE Ama", email: "ama@example.nhs.uk" }),
  }),
});
provider.listen(port, "127.0.0.1");
