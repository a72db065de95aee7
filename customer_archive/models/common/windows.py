"""The windows that buttons open: the one room that writes them down."""


def window(model, view_mode="form", **values):
    """Return the action that opens a window on a model."""
    return {
        "type": "ir.actions.act_window",
        "res_model": model,
        "view_mode": view_mode,
        **values,
    }


def open_form(record, **values):
    """Return the action that shows one record."""
    return window(record._name, res_id=record.id, **values)


def open_page(record, name):
    """Return the action that a script of the client takes as it is, as a page.

    :param record: what is shown; a form to be filled in if there is none
    """
    action = {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": record._name,
        "views": [[False, "form"]],
        "target": "current",
    }
    return {**action, "res_id": record.id} if record else action


def open_new(model, name, context):
    """Return the action that shows a form to be filled in.

    :param context: what is filled in already, as ``default_…``
    """
    return window(model, name=name, context=context)


def open_list(model, name, domain, **values):
    """Return the action that lists the records that a domain finds."""
    return window(model, "list,form", name=name, domain=domain, **values)


def open_dialog(model, name, context):
    """Return the action that asks for more in a dialog.

    :param context: what the dialog is about, as ``default_…``
    """
    return window(model, name=name, target="new", context=context)
