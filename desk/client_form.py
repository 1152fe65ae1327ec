"""What an operator types of a service's client: addresses a line each, keys as JSON; the rules judge all of it."""

import json
from typing import TYPE_CHECKING, Any, Final

from django import forms

from careid.fetching.fetcher import MOST
from careid.pages.forms import bounded
from provider import client_rules, discovery, jwks
from provider.jwks import BadKeySet
from provider.registered import Client

if TYPE_CHECKING:
    Form = forms.ModelForm[Client]
else:
    Form = forms.ModelForm  # generic for the type checker alone

ADDRESSES_MOST: Final = 20_000  # characters of them all
NO_JSON: Final = "This is no JSON."


class AddressesField(forms.CharField):
    """Addresses, each on a line of its own, as they stand there but for the spaces around them."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 80, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        lines = bounded(self, value, ADDRESSES_MOST).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(list(initial or []) != self.to_python(data))
        except forms.ValidationError:
            return True


class KeySetField(forms.CharField):
    """A JWK set, of which the public members are kept."""

    widget = forms.Textarea(attrs={"rows": 8, "cols": 80, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        text = bounded(self, value, MOST).strip()
        try:
            return jwks.checked(json.loads(text)) if text else None
        except BadKeySet as bad:
            raise forms.ValidationError(bad.reason.words) from bad
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(NO_JSON) from error

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=1) if isinstance(value, dict) else value


class ClientForm(Form):
    redirect_uris = AddressesField(
        label="Redirect addresses",
        help_text="Where people go back to, one address a line. Each has to be asked for letter by letter.",
    )
    post_logout_redirect_uris = AddressesField(
        label="Addresses after signing out", required=False, help_text="One a line."
    )
    jwks = KeySetField(
        label="Its public keys",
        required=False,
        help_text="A JWK set, as the service gives it. Or give the address above, and leave this empty.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it may ask for",
        choices=[(one, one) for one in discovery.SCOPES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="It gets no more, whatever it asks for; openid is always there.",
    )

    class Meta:
        model = Client
        fields = ()
        widgets = {
            "client_id": forms.TextInput(attrs={"size": 60}),
            "jwks_uri": forms.TextInput(attrs={"size": 80}),
            "backchannel_logout_uri": forms.TextInput(attrs={"size": 80}),
        }
        help_texts = {
            "client_id": "What the service calls itself when it asks. It can't be changed later.",
            "backchannel_logout_uri": "Where the service hears that somebody is signed out. None: it hears nothing.",
            "token_endpoint_auth_method": "With a secret: the secret is shown once, when you save.",
            "token_endpoint_auth_signing_alg": "Where it proves who it is by its key.",
            "jwks_uri": "Begin with https://. The keys are fetched from there, each five minutes at most.",
            "default_acr_values": "Such as AAL2_ANY; several in the order to try, separated by spaces.",
            "needs_pkce": "Switch it off for an old service alone, which knows no PKCE.",
        }

    def _post_clean(self) -> None:
        """What the rules find wrong stands beside its field."""
        super()._post_clean()  # type: ignore[misc]  # Django's own, which the stubs leave out
        refused = set(self.errors)
        for one in client_rules.problems(self.instance):
            if one.field not in refused:
                self.add_error(one.field if one.field in self.fields else None, one.words)
