"""What the controls of forms in OpenDocument show: boxes to tick, values of fields, labels."""

from typing import Any

from index.readers.content.symbols import BOX_EMPTY

_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_CONTROLS = tuple(
    f"{_FORM}{name}" for name in ("text", "textarea", "formatted-text", "number", "date", "time", "combobox")
)
_IDS = (f"{_FORM}id", "{http://www.w3.org/XML/1998/namespace}id")
_CHECKED, _VALUE, _LABEL = f"{_FORM}current-state", f"{_FORM}current-value", f"{_FORM}label"
_BOX_TICKED = "☒"


def control_texts(content: Any) -> dict[str, str]:
    """Return what each control shows, by its id."""
    return {
        control.get(name, ""): text
        for control in content.iter(f"{_FORM}*")
        if (text := _show(control))
        for name in _IDS
        if name in control.attrib
    }


def _show(control: Any) -> str:
    label = control.get(_LABEL, "")
    if control.tag in (f"{_FORM}checkbox", f"{_FORM}radio"):
        state = control.get(_CHECKED, control.get(f"{_FORM}current-selected", ""))
        return f"{_BOX_TICKED if state in ('checked', 'true') else BOX_EMPTY} {label}".rstrip()
    if control.tag == f"{_FORM}listbox":
        chosen = (
            option for option in control.iter(f"{_FORM}option") if option.get(f"{_FORM}current-selected") == "true"
        )
        return ", ".join(option.get(_LABEL, "") for option in chosen)
    if control.tag == f"{_FORM}fixed-text":
        return str(label)
    return str(control.get(_VALUE, control.get(f"{_FORM}value", ""))) if control.tag in _CONTROLS else ""
