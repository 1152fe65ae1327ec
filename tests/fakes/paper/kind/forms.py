from django import forms

from careid.pages.forms import PageForm, PlainCharField


class TickForm(PageForm):
    sole_access = forms.BooleanField(
        label="Only I can reach the place where I keep it", error_messages={"required": "Tick the box if that is so"}
    )


class CopyForm(PageForm):
    code = PlainCharField(
        label="The code, from your paper", max_length=40, error_messages={"required": "Copy the code"}
    )


class ProofForm(PageForm):
    paper_code = PlainCharField(
        label="The code on your paper", max_length=40, error_messages={"required": "Copy the code from your paper"}
    )
