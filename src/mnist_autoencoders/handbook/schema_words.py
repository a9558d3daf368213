"""What a JSON schema says of a value, in words."""

import json
from typing import Any

Schema = dict[str, Any]

KEYS = "keys of its own"

TYPES = {
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "string": "text",
    "null": "`null`",
}


def in_yaml(value: Any) -> str:
    """A value as it is written in params.yaml, in one line."""
    return json.dumps(value)


def type_of(schema: Schema) -> str:
    """Such as "list of whole numbers"."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{choice}`" for choice in schema["enum"])
    if "anyOf" in schema:
        types = [type_of(each) for each in schema["anyOf"]]
        # every whole number is a number
        return " or ".join(
            each for each in types if each != "whole number" or "number" not in types
        )
    if "$ref" in schema:
        return KEYS
    if schema["type"] == "array":
        return f"list of {_plural(type_of(schema['items']))}"
    if schema["type"] == "object":
        inner = type_of(schema["additionalProperties"])
        return f"entries by name, each {'with' if inner == KEYS else 'a'} {inner}"
    return TYPES[schema["type"]]


def bounds_of(schema: Schema) -> str:
    """Such as "1 to 4,096, at most 30 of them"; empty where there are none."""
    words = [_range(schema, "minimum", "maximum", "")]
    words += [bounds_of(each) for each in schema.get("anyOf", [])]
    if "items" in schema:
        words += [bounds_of(schema["items"]), _range(schema, "minItems", "maxItems", " of them")]
    if isinstance(schema.get("additionalProperties"), dict):
        words.append(bounds_of(schema["additionalProperties"]))
        words.append(_range(schema, "minProperties", "maxProperties", " of them"))
    words.append(_range(schema, "minLength", "maxLength", " characters"))
    return ", ".join(dict.fromkeys(filter(None, words)))


def _range(schema: Schema, low: str, high: str, unit: str) -> str:
    if low in schema and high in schema:
        ends = dict.fromkeys((_number(schema[low]), _number(schema[high])))
        return f"{' to '.join(ends)}{unit}"
    pairs = {
        "at least": low,
        "above": low.replace("min", "exclusiveMin"),
        "at most": high,
        "below": high.replace("max", "exclusiveMax"),
    }
    words = [f"{word} {_number(schema[key])}" for word, key in pairs.items() if key in schema]
    return f"{', '.join(words)}{unit}" if words else ""


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:g}"


def _plural(words: str) -> str:
    if words in (TYPES["integer"], TYPES["number"], TYPES["string"]):
        return f"{words}s"
    return words.replace("list ", "lists ", 1)
