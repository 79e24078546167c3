"""Tickets, customers, requests and articles in Django's admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, BooleanField, CharField, ModelForm, PasswordInput
from django.http import HttpRequest
from django.utils import timezone

from supportvoice.growing import Growing
from tickets.changes import FIELDS, in_words, write_down
from tickets.decisions import write_on_ticket
from tickets.models import Article, Comment, Customer, ServiceRequest, Ticket, TicketChange
from tickets.pin import IN_WORDS, PATTERN, mac_of
from tickets.spoken_factors import postcode


class CommentInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Comment
    extra = 0
    fields = ["body", "source", "author", "created_at"]
    readonly_fields = ["author", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return super().get_queryset(request).select_related("author")


@admin.register(Ticket)
class TicketAdmin(Growing):
    list_display = ["number", "issue", "status", "priority", "customer", "assigned_agent", "updated_at"]
    list_filter = ["status", "priority", "assigned_agent"]
    list_select_related = ["customer", "assigned_agent"]
    search_fields = ["=number", "issue", "customer__name", "customer__phone__contains"]
    autocomplete_fields = ["customer", "assigned_agent"]
    readonly_fields = ["number", "created_at", "updated_at"]
    inlines = [CommentInline]

    def save_model(self, request: HttpRequest, obj: Ticket, form: ModelForm[Ticket], change: bool) -> None:
        old = Ticket.objects.filter(pk=obj.pk).first() if change else None
        before = {field: in_words(old, field) for field in FIELDS if field in form.changed_data} if old else {}
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)
        by = request.user if isinstance(request.user, User) else None
        write_down(obj, before, by, TicketChange.Source.PERSON)

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Ticket],
        formset: BaseModelFormSet[Comment, ModelForm[Comment]],
        change: bool,
    ) -> None:
        """Who writes a comment here is its author."""
        for comment in formset.save(commit=False):
            if comment._state.adding:
                comment.author_id = request.user.pk
            comment.save()
        for comment in formset.deleted_objects:
            comment.delete()


class CustomerForm(ModelForm):  # type: ignore[type-arg]
    """A PIN goes in and never comes out."""

    new_pin = CharField(
        label="New PIN",
        required=False,
        max_length=8,
        validators=[RegexValidator(rf"\A{PATTERN}\Z", IN_WORDS)],
        widget=PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=f"{IN_WORDS} The caller proves who they are with it. Empty leaves it as it is.",
    )
    no_pin = BooleanField(label="Remove the PIN", required=False)

    class Meta:
        model = Customer
        fields = ("name", "phone", "phone_tail", "email", "postcode")

    def clean_postcode(self) -> str:
        return postcode(self.cleaned_data["postcode"])


@admin.register(Customer)
class CustomerAdmin(Growing):
    form = CustomerForm
    list_display = ["__str__", "phone", "email", "created_at"]
    search_fields = ["name", "phone__contains", "email"]
    readonly_fields = ["has_pin", "created_at"]

    @admin.display(description="PIN", boolean=True)
    def has_pin(self, customer: Customer) -> bool:
        return bool(customer.pin_mac)

    def save_model(self, request: HttpRequest, obj: Customer, form: ModelForm[Customer], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data["no_pin"] or form.cleaned_data["new_pin"]:
            obj.pin_mac = None if form.cleaned_data["no_pin"] else mac_of(obj.pk, form.cleaned_data["new_pin"])
            obj.save(update_fields=["pin_mac"])


@admin.register(ServiceRequest)
class ServiceRequestAdmin(Growing):
    """Setting the state to done says that a person has done it elsewhere: nothing is cancelled or paid from here."""

    list_display = ["__str__", "state", "amount_usd", "order_reference", "reason", "requested_at", "decided_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["decided_by"]
    search_fields = ["=ticket__number", "=order_reference", "reason"]
    autocomplete_fields = ["ticket"]
    readonly_fields = ["requested_by", "requested_at", "decided_by", "decided_at"]

    def save_model(
        self, request: HttpRequest, obj: ServiceRequest, form: ModelForm[ServiceRequest], change: bool
    ) -> None:
        """Who decides is on record."""
        if "state" in form.changed_data:
            waits = obj.state == ServiceRequest.State.REQUESTED
            obj.decided_by_id, obj.decided_at = (None, None) if waits else (request.user.pk, timezone.now())
        super().save_model(request, obj, form, change)
        if change and "state" in form.changed_data and isinstance(request.user, User):
            write_on_ticket(obj, ServiceRequest.State(form.initial["state"]), request.user)


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["title", "published", "updated_at"]
    list_filter = ["published"]
    search_fields = ["title", "body"]
    readonly_fields = ["created_at", "updated_at"]
