"""Awards may be rounded down to whole hundreds of yuan."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A number of yuan to which awards are rounded down."""

    dependencies: ClassVar = [("grassroots", "0003_nodes")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="appraisalscheme",
            name="round_to_yuan",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="取整到（元）"),
        )
    ]
