"""How far the calls are compared with Vapi's API: one row."""

from __future__ import annotations

from django.db import models


class ApiPass(models.Model):
    """`through`: what was changed at Vapi until then is here. A pass that was broken off goes on at `before`."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    through = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True, help_text="Of the pass that is under way")
    until = models.DateTimeField(null=True, blank=True)
    before = models.CharField(max_length=40, blank=True, help_text="The creation of the last call it looked at")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the last pass came to its end")
    error = models.TextField(blank=True, help_text="Why the last one did not")

    class Meta:
        verbose_name, verbose_name_plural = "API pass", "API passes"
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(name="api_pass_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"through {self.through:%Y-%m-%d %H:%M:%S}" if self.through else "never"
