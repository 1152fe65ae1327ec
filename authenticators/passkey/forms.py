"""Where to keep a passkey, and what the browser's dialog gave back."""

from django import forms

from authenticators.passkey import ceremony, response
from careid.pages.forms import PageForm

PLACES = {
    "this_device": ("This device", "The next box asks for your fingerprint, face or the code that unlocks this device"),
    "phone": (
        "A phone or tablet",
        "The next box shows a QR code: scan it with the phone's camera. Both need Bluetooth on",
    ),
    "security_key": ("A security key", "The next box asks you to put in or tap your key, and for its PIN"),
    "any": ("Let my browser decide", "The next box shows what your browser offers"),
}
ELAPSED_MOST = 86_400_000


class PlaceForm(PageForm):
    place = forms.ChoiceField(
        label="Where do you want to keep it?",
        widget=forms.RadioSelect,
        choices=[(place, PLACES[place][0]) for place in ceremony.PLACES],
        error_messages={
            "required": "Choose where you want to keep it",
            "invalid_choice": "Choose one of these places",
        },
    )
    sole_access = forms.BooleanField(
        label="Only I have access to the place where I keep it",
        error_messages={"required": "Tick the box if only you have access to it"},
    )

    hints = {place: words for place, (_, words) in PLACES.items()}


class CredentialForm(forms.Form):
    """Hidden fields that say "no JavaScript" until the script says otherwise."""

    credential = forms.CharField(required=False, max_length=response.CREDENTIAL_MOST, strip=False)
    error = forms.CharField(required=False, max_length=40)
    elapsed_ms = forms.IntegerField(required=False, min_value=0, max_value=ELAPSED_MOST)
