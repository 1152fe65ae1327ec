"""`manage.py sign_in`, in the demo alone: serves the stand-in for the NHS.net sign-in."""

import os
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.provider import Provider
from demo.provider_rules import Client
from demo.provider_server import listen

CALLBACK: Final = "/authenticators/nhsnet/callback/"


class Command(BaseCommand):
    help = (
        "Serve the stand-in for the NHS.net sign-in on NHSNET_DEMO_PORT, for the portal that these settings describe."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        client = Client(
            os.environ["NHSNET_CLIENT_ID"], os.environ["NHSNET_CLIENT_SECRET"], f"{settings.ORIGIN}{CALLBACK}"
        )
        provider = Provider(tenant=os.environ["NHSNET_TENANT_ID"], client=client)
        listen(provider, int(os.environ["NHSNET_DEMO_PORT"])).serve_forever()
