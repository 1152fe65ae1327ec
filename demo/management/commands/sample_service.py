"""`manage.py sample_service`, in the demo alone: serves a service that people sign in to by Care ID."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo import env, service_keys, services
from demo.provider_server import listen


class Command(BaseCommand):
    help = f"Serve the sample service on {env.SERVICE_PORT}, for the portal that these settings describe."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        from demo.service import SampleService  # noqa: PLC0415  its client library is there for the demo alone
        from demo.service_client import RelyingParty  # noqa: PLC0415  likewise

        party = RelyingParty(
            issuer=settings.ISSUER,
            client_id=services.CLIENT_ID,
            scopes=services.SCOPES,
            key=service_keys.private(),
        )
        listen(SampleService(party=party), int(os.environ[env.SERVICE_PORT])).serve_forever()
