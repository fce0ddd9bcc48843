"""The description of `/api/v1/`: OpenAPI 3.1 for programs, a page for people."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ninja.openapi import get_schema

from allhours.accounts.choices import ApiScope
from allhours.api.caller import SCHEME
from allhours.api.frame import KEYLESS
from allhours.api.v1 import api

METHODS = ("get", "post", "put", "patch", "delete")
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[!-~]+$"},
    "description": "A repeated request with the same key gives the first answer.",
}
# Told alike by every operation, so described once.
FAILURES = {
    "401": ("NoToken", "Refusals", "no token, or one that does not hold"),
    "403": ("NoScope", "Refusals", "the token was not issued for this"),
    "404": ("Unknown", "Errors", "unknown, or out of the caller's sight"),
    "409": ("Refused", "Refusals", "the rules refuse it, for these reasons"),
    "422": ("Invalid", "Errors", "what was sent cannot be taken, field by field"),
    "429": ("TooMany", "Errors", "too many requests, or a locked account; see Retry-After"),
}


@cache
def document() -> dict[str, Any]:
    """The same in every language: its words are for those who write programs."""
    made: dict[str, Any] = json.loads(json.dumps(get_schema(api), default=str))
    made.pop("servers", None)
    made["components"]["parameters"] = {"IdempotencyKey": KEY}
    made["components"]["responses"] = {
        name: _failure(shape, meaning) for name, shape, meaning in FAILURES.values()
    }
    made["components"]["securitySchemes"] = {
        SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "Scopes: " + ", ".join(f"`{scope}`" for scope in ApiScope.values),
        }
    }
    for method, _path, operation in operations_of(made):
        _tidy(method, operation)
    return made


def operations_of(made: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) in the order of paths."""
    return [
        (method, path, found[method])
        for path, found in sorted(made["paths"].items())
        for method in METHODS
        if method in found
    ]


def _tidy(method: str, operation: dict[str, Any]) -> None:
    if method == "post" and operation["operationId"] not in KEYLESS:
        operation["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    if "security" not in operation:
        operation["security"] = []
    for parameter in operation["parameters"]:
        parameter.get("schema", {}).pop("title", None)
    for status, (name, _shape, _meaning) in FAILURES.items():
        if status in operation["responses"]:
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _failure(shape: str, meaning: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def subjects() -> list[tuple[str, list[dict[str, Any]]]]:
    """For the page: subject → operations with their scope, fields and answers in words."""
    found: dict[str, list[dict[str, Any]]] = {}
    for method, path, operation in operations_of(document()):
        found.setdefault(operation["tags"][0], []).append(_shown(method, path, operation))
    return list(found.items())


def _shown(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    security = operation["security"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "scope": "".join(security[-1][SCHEME]) if security else "",
        "public": not security or {} in security,
        "parameters": [_parameter(each) for each in operation["parameters"] if "name" in each],
        "body": _fields(body.get("schema")),
        "answers": [
            {"status": status, "fields": _fields(_schema_of(described))}
            for status, described in operation["responses"].items()
            if status.startswith("2")
        ],
    }


def _schema_of(described: dict[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = (
        described.get("content", {}).get("application/json", {}).get("schema")
    )
    return schema


def _parameter(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": each["name"],
        "where": each["in"],
        "kind": _kind(each["schema"]),
        "required": each.get("required", False),
        "note": each.get("description", ""),
    }


def _fields(schema: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The fields of an object; of a list, those of its items."""
    if schema is None:
        return []
    shape = _resolved(schema)
    items = shape.get("properties", {}).get("items", {}).get("items")
    if items and "next" in shape["properties"]:
        shape = _resolved(items)
    required = shape.get("required", [])
    return [
        {
            "name": name,
            "kind": _kind(field),
            "required": name in required,
            "note": field.get("description", ""),
        }
        for name, field in shape.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _kind(schema: dict[str, Any]) -> str:
    """`integer`, `string (date)`, `[Wish]`, `a or b`."""
    if "$ref" in schema:
        shape = _resolved(schema)
        if "enum" in shape:
            return " | ".join(map(str, shape["enum"]))
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return f"{kind} ({schema['format']})" if "format" in schema else kind
