"""Whom campaigns leave alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class DoNotCall(models.Model):
    """A number that no campaign dials."""

    number = models.CharField(max_length=40, primary_key=True, help_text="E.164, such as +447700900018")
    reason = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = "number not to call"
        verbose_name_plural = "numbers not to call"
        ordering = ["-added_at", "number"]
        indexes = [models.Index(fields=["-added_at", "number"], name="do_not_call_newest_first")]  # the admin's list
        constraints = [
            models.CheckConstraint(
                name="do_not_call_is_e164",
                condition=models.Q(number__regex=r"^\+[1-9][0-9]{4,14}$"),
                violation_error_message="Write the number as E.164: +, country code, digits, such as +447700900018.",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RefusedDials(models.Model):
    """How many contacts were not called on one day (UTC) for one reason."""

    class Reason(models.TextChoices):
        LISTED = "listed", "On the do-not-call list"
        NO_NUMBER = "no-number", "Without a number that can be read"
        FAILED = "failed", "The list could not be asked"

    day = models.DateField()
    reason = models.CharField(max_length=10, choices=Reason)
    count = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "refused dials"
        ordering = ["-day", "reason"]
        constraints = [models.UniqueConstraint(name="refused_dials_once_a_day", fields=["day", "reason"])]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
