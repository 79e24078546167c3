"""How a CRM is reached, in Django's admin. What each one needs to be told is its adapter's own table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from supportvoice.encryption import seal
from supportvoice.outgoing import is_allowed_address
from tickets.crm.connections import KINDS, connection, forget, from_environment
from tickets.crm.errors import NotSetUpError
from tickets.crm.needs import Given, Need
from tickets.crm.report import report
from tickets.models import CrmSettings

COLUMNS = ("url", "account")
KEEPS = "Empty keeps the one that is there."


class NewForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which CRM; what it needs is asked next."""

    name = forms.ChoiceField(label="CRM")

    class Meta:
        model = CrmSettings
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(CrmSettings.objects.values_list("pk", flat=True))
        offered = [(name, kind.label) for name, kind in KINDS.items() if kind.needs and name not in there]
        self.fields["name"].choices = offered  # type: ignore[attr-defined]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """`form_for` adds a field for each need. A secret goes in and never comes out."""

    class Meta:
        model = CrmSettings
        fields = ("active",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for need in self.needs:
            if not need.is_secret:
                self.initial[need.name] = from_environment(need) or self._kept(need)
            self.fields[need.name].disabled = bool(from_environment(need))

    @property
    def needs(self) -> tuple[Need, ...]:
        return KINDS[self.instance.name].needs

    def _kept(self, need: Need) -> str:
        row = self.instance
        return str(getattr(row, need.name) if need.name in COLUMNS else row.options.get(need.name, ""))

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = super().clean() or {}
        url = entered.get("url", "")
        if url and not is_allowed_address(url):
            self.add_error("url", "Write https:// and a host: tickets and their key travel there.")
        if entered.get("active"):
            for need in self._given(entered).missing(self.needs):
                self.add_error(need.name, f"Without it {KINDS[self.instance.name].label} cannot be worked with.")
        return entered

    def _given(self, entered: dict[str, Any]) -> Given:
        try:
            there = connection(self.instance.name).given
        except NotSetUpError:
            there = Given({})  # sealed with a key that is gone: it has to be entered again
        given = {need.name: entered.get(need.name) or "" for need in self.needs}
        kept = {need.name: there[need.name] for need in self.needs if need.is_secret or from_environment(need)}
        return Given({name: value or kept.get(name, "") for name, value in given.items()})

    def save(self, commit: bool = True) -> CrmSettings:
        row: CrmSettings = self.instance
        for need in self.needs:
            if from_environment(need):
                continue  # what it hides is kept, for the day it is taken out
            value = str(self.cleaned_data[need.name]).strip()
            if need.is_secret:
                row.secret = seal(value) if value else row.secret
            elif need.name in COLUMNS:
                setattr(row, need.name, value)
            else:
                row.options = {**row.options, need.name: value}
        saved: CrmSettings = super().save(commit)
        return saved


def form_for(name: str) -> type[SettingsForm]:
    return type("CrmSettingsForm", (SettingsForm,), {need.name: _field(need) for need in KINDS[name].needs})


def _field(need: Need) -> forms.CharField:
    decided = "The environment decides it." if from_environment(need) else ""
    example = f"Such as {need.example}." if need.example else ""
    help_text = " ".join(filter(None, [f"{need.variable}.", decided, example, KEEPS if need.is_secret else ""]))
    widget = forms.PasswordInput(attrs={"autocomplete": "off"}) if need.is_secret else forms.TextInput()
    label = need.label[:1].upper() + need.label[1:]
    return forms.CharField(label=label, required=False, max_length=500, help_text=help_text, widget=widget)


@admin.register(CrmSettings)
class CrmSettingsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["label", "active", "url", "changed_at", "changed_by"]
    list_select_related = ["changed_by"]
    actions = ["try_out"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return form_for(obj.name) if obj and obj.name in KINDS else NewForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return list(self.get_form(request, obj).base_fields)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What this version knows nothing of can only be deleted."""
        return super().has_change_permission(request, obj) and (obj is None or obj.name in KINDS)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """On to what it needs."""
        return redirect("admin:tickets_crmsettings_change", obj.pk)

    def save_model(self, request: HttpRequest, obj: CrmSettings, form: Any, change: bool) -> None:
        obj.changed_at, obj.changed_by = timezone.now(), request.user if isinstance(request.user, User) else None
        super().save_model(request, obj, form, change)
        forget()

    def delete_model(self, request: HttpRequest, obj: CrmSettings) -> None:
        super().delete_model(request, obj)
        forget()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CrmSettings]) -> None:
        super().delete_queryset(request, queryset)
        forget()

    @admin.display(description="CRM")
    def label(self, row: CrmSettings) -> str:
        return KINDS[row.name].label if row.name in KINDS else f"{row.name} (not known here)"

    @admin.action(description="Check that it works", permissions=["change"])
    def try_out(self, request: HttpRequest, rows: QuerySet[CrmSettings]) -> None:
        for row in rows:
            if row.name not in KINDS:
                continue
            found = report(row.name)
            level = messages.SUCCESS if found.works else messages.ERROR
            messages.add_message(request, level, f"{KINDS[row.name].label}: {' '.join(found.lines)}"[:2_000])
