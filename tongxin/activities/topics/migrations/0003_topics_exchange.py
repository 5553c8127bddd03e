"""Tables of topics that are uploaded, and a list between its vote and its decision."""

from typing import ClassVar

import django.db.models.deletion
import tongxin.foundation.core.clock
import tongxin.foundation.core.models
from django.conf import settings
from django.db import migrations, models

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("organization", "0004_nodes_row_level_security"),
        ("topics", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="topiclist",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "正在拟定"),
                    ("voting", "正在投票"),
                    ("closed", "投票已截止"),
                    ("decided", "已确定"),
                ],
                default="draft",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="TopicImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tongxin.foundation.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("filename", models.CharField(max_length=120, verbose_name="文件名")),
                (
                    "state",
                    models.CharField(
                        choices=[("previewed", "待确认"), ("confirmed", "已导入"), ("undone", "已撤销")],
                        default="previewed",
                        max_length=10,
                    ),
                ),
                ("by_name", models.CharField(default="", max_length=60)),
                ("uploaded_at", models.DateTimeField(default=tongxin.foundation.core.clock.now)),
                ("content", models.BinaryField()),
                ("added", models.PositiveIntegerField(default=0)),
                ("journal", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.committee",
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at"],
                "indexes": [
                    models.Index(fields=["committee", "-uploaded_at"], name="topics_topi_committ_47cd28_idx")
                ],
            },
        ),
        isolate("topics_topicimport", public_when="false"),
    ]
