// How the options of a passkey are read and a credential is written, where a browser or a password manager can not.
export const got = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const urlSafe = (text) => text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const text = (value) =>
  typeof value === "string" ? urlSafe(value) : got(() => urlSafe(btoa(String.fromCharCode(...new Uint8Array(value))))) ?? "";
const word = (value) => (typeof value === "string" ? value : null);

// For browsers without parseCreationOptionsFromJSON, and those whose own throws.
export const parse = (json) => ({
  ...json,
  challenge: bytes(json.challenge),
  user: { ...json.user, id: bytes(json.user.id) },
  excludeCredentials: json.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
});

// A password manager's credential may lack a part, or throw when it is asked: what can be had of it is written.
export const write = (made) => {
  const id = text(got(() => made.rawId)) || text(got(() => made.id));
  const transports = got(() => Array.from(made.response.getTransports(), word).filter(Boolean)) ?? [];
  const [attestationObject, clientDataJSON] = ["attestationObject", "clientDataJSON"].map((part) => text(got(() => made.response[part])));
  const authenticatorAttachment = word(got(() => made.authenticatorAttachment));
  return { id, rawId: id, type: "public-key", authenticatorAttachment, response: { attestationObject, clientDataJSON, transports } };
};
