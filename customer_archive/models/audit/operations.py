"""What was refused, in words."""


def operation_words(env, code):
    """Return what somebody tried to do; nothing for a code that isn't known."""
    return _general(env).get(code) or _of_papers(env).get(code) or _of(env).get(code)


def _general(env):
    return {
        "read": env._("reading"),
        "write": env._("changing"),
        "create": env._("creating"),
        "unlink": env._("deleting"),
        "export": env._("exporting"),
        "verify": env._("verifying the record"),
        "confirm": env._("confirming"),
        "import": env._("importing"),
        "undo": env._("undoing an import"),
        "check": env._("checking a ledger"),
        "template": env._("downloading the template of a ledger"),
        "errors": env._("downloading the errors of a ledger"),
        "search": env._("searching by a sensitive value"),
        "copy": env._("duplicating"),
        "draw": env._("drawing a number"),
        "move": env._("moving"),
        "uninstall": env._("allowing to uninstall the addon"),
        "module": env._("removing the addon"),
        "suite": env._("choosing the encryption"),
        "rotate": env._("changing the master key"),
        "retire": env._("removing a former master key"),
        "role": env._("assigning oneself a role"),
        "scheduled": env._("running an action of the system"),
    }


def _of_papers(env):
    return {
        "view": env._("viewing a copy"),
        "download": env._("downloading a copy"),
        "reveal": env._("revealing a value"),
        "sensitive": env._("seeing sensitive data"),
        "attach": env._("attaching a file"),
        "link": env._("using a document of a file elsewhere"),
        "linked": env._("using an upload of another record"),
        "superuser": env._("opening a document by a program"),
        "adopt": env._("using a copy of another record"),
        "account_print": env._("printing a form with the whole account"),
        "check_original": env._("comparing a copy with the original"),
        "handed_by_id": env._("handing out items"),
        "received_by_id": env._("confirming the receipt of items"),
        "brought_by_id": env._("returning items"),
        "taken_by_id": env._("confirming the return of items"),
        "report_lost": env._("reporting items as lost"),
        "cancel": env._("cancelling a loan"),
        "extend": env._("extending a loan"),
        "password": env._("seeing the password of a package"),
        "package": env._("creating a package"),
        "pack": env._("packing files for a transfer"),
        "take_package": env._("downloading a transfer package"),
        "hand_over": env._("handing files over"),
        "confirm_receipt": env._("confirming the receipt of a transfer"),
        "cancel_transfer": env._("cancelling a transfer"),
    }


def _of(env):
    return {
        "submit": env._("submitting"),
        "withdraw": env._("withdrawing from review"),
        "decide": env._("deciding"),
        "register": env._("registering a file"),
        "return": env._("sending a file back for completion"),
        "apply": env._("submitting a request"),
        "acknowledge": env._("acknowledging for another user"),
        "end": env._("ending access early"),
        "revoke": env._("revoking access"),
        "follow": env._("following a file"),
        "address": env._("notifying a user without access to a record"),
        "post": env._("writing on a record"),
        "point": env._("showing messages of a record elsewhere"),
        "deliver": env._("delivering an e-mail to a record"),
        "rename": env._("changing the name of a user"),
        "waive": env._("waiving a renewal"),
        "take over": env._("taking over a review"),
        "check_registry": env._("entering a registry check"),
        "verify_doubt": env._("verifying a doubt"),
        "block": env._("blocking a file"),
        "unblock": env._("releasing a blocked file"),
        "hold": env._("placing a hold"),
        "lift": env._("lifting a hold"),
        "stop": env._("stopping a destruction"),
        "execute": env._("executing a destruction"),
        "check_integrity": env._("checking stored copies"),
        "backup_target": env._("setting up backups"),
        "backup_run": env._("beginning a backup"),
        "backup_verify": env._("verifying a backup"),
        "restore": env._("restoring copies from a backup"),
        "settle": env._("settling a problem with a stored copy"),
        "witness": env._("witnessing a destruction"),
        "inspect": env._("inspecting a storage location"),
        "repair_finding": env._("recording a repair"),
        "confirm_finding": env._("confirming a repair"),
        "stocktake": env._("starting, ending or signing a stocktake"),
        "count": env._("counting files"),
        "settle_stocktake": env._("settling a difference of a stocktake"),
        "witness_stocktake": env._("witnessing a stocktake"),
    }
