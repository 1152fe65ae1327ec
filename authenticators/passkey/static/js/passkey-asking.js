// The request for a passkey that a page holds: put to the browser, and made anew before it is too old.
const PATIENCE = 10_000; // milliseconds beyond the request's timeout: some password managers never answer
const EARLY = 60_000; // milliseconds before the request's challenge ends

export function asking(request, { got, nameOf, parseRequest, writeProof }) {
  let since = Date.now();

  // What is to be posted, as JSON. Raises what the browser does.
  async function use(how) {
    const publicKey = got(() => PublicKeyCredential.parseRequestOptionsFromJSON(request)) ?? parseRequest(request);
    const used = await navigator.credentials.get({ publicKey, ...how });
    if (!used) throw { name: "AbortError" }; // a password manager's box was closed
    return JSON.stringify(writeProof(used));
  }

  return {
    use,
    nameOf,
    isOld: () => Date.now() - since > request.timeout - EARLY,

    // A page may be open for hours: it gets another request, and keeps what is typed in it.
    async renew(address) {
      const answer = await fetch(address, { redirect: "error" }).catch(() => null);
      const fresh = answer?.ok && (await answer.json().catch(() => null));
      if (fresh) [request, since] = [fresh, Date.now()];
      return Boolean(fresh);
    },

    // As `use`, in a box of the browser's own, and no longer than somebody waits.
    async ask() {
      if (!window.PublicKeyCredential || !navigator.credentials?.get) throw { name: "unsupported" };
      const waiting = new AbortController();
      const late = new Promise((_, reject) => {
        setTimeout(() => reject({ name: "TimeoutError" }) ?? waiting.abort(), request.timeout + PATIENCE);
      });
      return Promise.race([use({ signal: waiting.signal }), late]);
    },
  };
}
