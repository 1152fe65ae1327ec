"""What the desk asks about an application: how identity was checked, and the names that a profile will carry."""

from typing import Any

from django import forms
from django.utils.text import capfirst

from apply import oneself, routes
from apply.models import Application
from careid.errors import counted
from careid.pages.forms import PlainCharField
from desk.verb_forms import ReasonForm, who_checked


class _DocumentsField(forms.MultipleChoiceField):
    """Documents of one kind, each a box to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, kind: str) -> None:
        choices = [(slug, one.words) for slug, one in routes.DOCUMENTS.items() if one.kind == kind]
        super().__init__(label=capfirst(routes.KINDS[kind][1]), choices=choices, required=False)


class IdentityForm(forms.Form):
    checked = forms.ChoiceField(
        label="How was their identity checked?",
        choices=Application.Checked.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how their identity was checked"},
    )
    checked_by = forms.ChoiceField(label="By whom?", help_text="A colleague whom you name is told by email.")
    route = forms.ChoiceField(
        label="By which documents?",
        choices=[(slug, one.words) for slug, one in routes.ROUTES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose by which documents"},
    )
    photo = _DocumentsField(routes.PHOTO)
    address = _DocumentsField(routes.ADDRESS)
    other = _DocumentsField(routes.OTHER)
    countersigned = _DocumentsField(routes.COUNTERSIGNED)
    note = PlainCharField(
        label="Note for your colleagues (optional)",
        required=False,
        help_text="One line. It is wiped 30 days after the decision.",
        widget=ReasonForm.base_fields["note"].widget,
    )

    clean_note = ReasonForm.clean_note

    def __init__(self, *args: Any, reasons: dict[str, str], application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["checked_by"]
        who.choices = who_checked(application.organisation, but=lambda one: oneself.is_accounts(one, application))
        before: Any = self.initial  # as it was posted, where a session ended in between
        fields = self.fields.items()
        typed = {name: one.widget.value_from_datadict(before, before, name) for name, one in fields} if before else {}
        self.initial = typed or _recorded(application)

    def clean(self) -> dict[str, Any]:
        """With `documents` in place of the boxes of each kind."""
        data = self.cleaned_data
        data["documents"] = [one for kind in routes.KINDS for one in data.pop(kind, [])]
        missing = routes.missing(data["route"], data["documents"]) if "route" in data else {}
        for kind, number in missing.items():
            self.add_error(kind, f"Tick {counted(number, *_more(kind))}, or choose another way")
        return data


def _more(kind: str) -> tuple[str, str]:
    one, several = routes.KINDS[kind]
    return f"more {one}", f"more {several}"


def _recorded(application: Application) -> dict[str, Any]:
    """What was recorded before: to be corrected rather than typed again. Who did it is asked anew."""
    seen: dict[str, list[str]] = {kind: [] for kind in routes.KINDS} if application.checked_at else {}
    for one in application.documents:
        seen[routes.DOCUMENTS[one].kind].append(one)
    return {"checked": application.checked, "route": application.route, "note": application.note or "", **seen}


class ApproveForm(forms.Form):
    names = forms.ChoiceField(
        label="Which names will the profile carry?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which names the profile will carry"},
    )
    note = ReasonForm.base_fields["note"]

    clean_note = ReasonForm.clean_note

    def __init__(self, *args: Any, reasons: dict[str, str], application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invited, given = (f"{one.given_name} {one.family_name}" for one in (application.invitation, application))
        names: Any = self.fields["names"]
        names.choices = [("invitation", f"{invited}, as invited"), ("application", f"{given}, as on their documents")]
        if invited == given:
            del self.fields["names"]
