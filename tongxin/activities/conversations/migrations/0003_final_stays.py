"""What has been counted for good is never changed again, whoever asks."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_FUNCTIONS = """
CREATE FUNCTION conversations_map_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this opinion map is final' USING ERRCODE = 'check_violation';
END $$;
CREATE FUNCTION conversations_is_counted_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.conversation_id ELSE NEW.conversation_id END;
BEGIN
    IF EXISTS (SELECT FROM conversations_opinionmap WHERE conversation_id = which AND is_final) THEN
        RAISE EXCEPTION 'this conversation has been counted for good' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER map_stays BEFORE UPDATE OR DELETE ON conversations_opinionmap
    FOR EACH ROW WHEN (OLD.is_final) EXECUTE FUNCTION conversations_map_is_final();
CREATE TRIGGER voice_stays BEFORE INSERT OR UPDATE OR DELETE ON conversations_voice
    FOR EACH ROW EXECUTE FUNCTION conversations_is_counted_for_good();
CREATE TRIGGER statement_stays BEFORE UPDATE OF number, text, state ON conversations_statement
    FOR EACH ROW WHEN ((OLD.number, OLD.text, OLD.state) IS DISTINCT FROM (NEW.number, NEW.text, NEW.state))
    EXECUTE FUNCTION conversations_is_counted_for_good();
"""
_GONE = """
DROP TRIGGER statement_stays ON conversations_statement;
DROP TRIGGER voice_stays ON conversations_voice;
DROP TRIGGER map_stays ON conversations_opinionmap;
DROP FUNCTION conversations_is_counted_for_good();
DROP FUNCTION conversations_map_is_final();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("conversations", "0002_row_level_security")]

    operations: ClassVar = [migrations.RunSQL(_FUNCTIONS, _GONE)]
