"""No secret in a name, a log line or an error."""

from __future__ import annotations

from airflow_ecs_image.engine.redaction import redactor


def test_secrets_are_masked_in_every_spelling() -> None:
    redact = redactor(
        ["p@ss/word", "abc"],
        [
            "[global]\nindex-url = https://bot:hunter22@index.example/simple\n",
            "single-token\n",
            "token = t0ken-value\n",
        ],
    )

    text = redact(
        "p@ss/word p%40ss%2Fword abc hunter22 single-token t0ken-value"
        " https://me:other@index.example/simple https://index.example/simple"
    )

    assert text == ("*** *** abc *** *** *** https://***@index.example/simple https://index.example/simple")


def test_words_of_a_comment_are_no_secrets() -> None:
    content = "# the token goes here, authentication comes later\nmachine m login me password pw-netrc\n"

    assert redactor(contents=[content])("the token goes here pw-netrc") == "the token goes here ***"


def test_a_bundle_of_certificates_is_no_secret() -> None:
    bundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

    assert redactor(contents=[bundle])("MIIB -----END CERTIFICATE-----") == "MIIB -----END CERTIFICATE-----"
