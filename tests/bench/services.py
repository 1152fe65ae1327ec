"""What it costs to sign somebody in to a service, beside the providers of others in the same run."""

import time
from collections import defaultdict, namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from statistics import median

from tests import kinds
from tests.bench import journeys, peers, relying, signing

ROUNDS, WARM_UP, EACH = 30, 3, 20
PATHS = ("/oidc/authorize", "/oidc/access_token", "/oidc/userinfo")
Costs = namedtuple("Costs", "flow none userinfo token signing asked")


def measure(crowd):
    """Median processor seconds: of whole flows by peer, and of ours in parts; what ours asks of Postgres."""
    signer = signing.Signer(crowd, kinds.some_kind())
    ours = relying.Relying(crowd.server, PATHS, client(), signer.browser, acr_values="AAL2_ANY")
    with ExitStack() as stack:
        those = {"ours": ours, "toolkit": relying.of_toolkit(stack.enter_context(peers.toolkit()))}
        if server := stack.enter_context(peers.panva()):
            those["panva"] = relying.of_panva(server)
        taken = _in_turns(crowd, ours, those)
    with journeys.asked(crowd.connection) as said:
        ours.flow()
    parts = {name: median(values) for name, values in taken.items()}
    flow = {name: parts[name] for name in those}
    return Costs(flow, parts["none"], parts["userinfo"], parts["token"], parts["signing"], journeys.counted(said))


def _in_turns(crowd, ours, those):
    import jwt

    claims = jwt.decode(ours.redeem(ours.code())["id_token"], options={"verify_signature": False})
    taken = defaultdict(list)
    for at in range(ROUNDS + WARM_UP):
        crowd.connection.execute("DELETE FROM careid_limitcount")
        row = {name: one.cost(one.flow, EACH) for name, one in those.items()}
        codes = [ours.code() for _ in range(EACH)]
        row["token"] = ours.cost(lambda codes=codes: ours.redeem(codes.pop()), EACH)
        token = ours.redeem(ours.code())["access_token"]
        row["userinfo"] = ours.cost(lambda token=token: ours.who(token), EACH)
        row["signing"] = _signing(claims)
        row["none"] = ours.cost(lambda: ours.code(prompt="none"), EACH)
        for what, seconds in row.items() if at >= WARM_UP else ():
            taken[what].append(seconds)
    return taken


def _signing(claims):
    """Processor seconds of one RS256 signature over claims like those of an ID token, as the provider makes it."""
    import jwt

    before = time.process_time()
    for _ in range(EACH):
        jwt.encode(claims, peers.KEY, "RS256")
    return (time.process_time() - before) / EACH


def client(secret=peers.SECRET):
    """A service's client, its secret sent in the body as the peers' is; its id."""
    from careid.people.services import Service
    from provider.models import Client

    made, _ = Client.objects.get_or_create(
        client_id="bench",
        defaults={
            "service": Service.objects.first(),
            "token_endpoint_auth_method": "client_secret_post",
            "secret_hash": sha256(secret.encode()).digest(),
            "redirect_uris": [peers.REDIRECT],
            "scopes": ["openid", "profile", "email"],
        },
    )
    return made.client_id


def at_once(crowd, many=200):
    """So many people sign in to a service by a key of theirs, all of them in flight: how many did not, and the seconds."""
    signers = [signing.Signer(crowd, kinds.another_kind(), known=False) for _ in range(many)]
    crowd.connection.execute("DELETE FROM careid_limitcount")
    started = time.perf_counter()
    with ThreadPoolExecutor(many) as pool:
        errors = [error for error in pool.map(_one, signers) if error]
    return errors, time.perf_counter() - started


def _one(signer):
    try:
        service = relying.Relying(signer.server, PATHS, "bench", signer.browser, acr_values="AAL2_ANY")
        signer.to_service(service.question(prompt="login"))
    except Exception as error:  # noqa: BLE001  whatever went wrong is what is counted
        return str(error) or type(error).__name__
    return ""
