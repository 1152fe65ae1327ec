// How options are read and a credential is written, where a browser or a password manager can not.
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
const withBytes = (known) => (known ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

// For browsers without parseCreationOptionsFromJSON, and those whose own throws.
export const parse = (json) => ({
  ...json,
  challenge: bytes(json.challenge),
  user: { ...json.user, id: bytes(json.user.id) },
  excludeCredentials: withBytes(json.excludeCredentials),
});

// The same beside parseRequestOptionsFromJSON.
export const parseRequest = (json) => ({
  ...json,
  challenge: bytes(json.challenge),
  allowCredentials: withBytes(json.allowCredentials),
});

// A password manager's credential may lack a part, or throw when it is asked: what can be had of it is written.
const whole = (credential, response) => {
  const id = text(got(() => credential.rawId)) || text(got(() => credential.id));
  const authenticatorAttachment = word(got(() => credential.authenticatorAttachment));
  return { id, rawId: id, type: "public-key", authenticatorAttachment, response };
};
const parts = (credential, names) =>
  Object.fromEntries(names.map((name) => [name, text(got(() => credential.response[name]))]));

export const write = (made) => {
  const transports = got(() => Array.from(made.response.getTransports(), word).filter(Boolean)) ?? [];
  return whole(made, { ...parts(made, ["attestationObject", "clientDataJSON"]), transports });
};

export const writeProof = (used) =>
  whole(used, parts(used, ["authenticatorData", "clientDataJSON", "signature", "userHandle"]));

// Some password managers throw no error at all, or one that throws when it is read.
export const nameOf = (problem) => {
  const name = got(() => problem.name);
  return typeof name === "string" && name ? name.slice(0, 40) : "unknown";
};
