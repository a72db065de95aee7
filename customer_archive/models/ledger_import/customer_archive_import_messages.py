from odoo import api, models

from .customer_archive_import import COLUMN


class CustomerArchiveImport(models.Model):
    """What is wrong with a ledger, in words that say what to do."""

    _inherit = "customer.archive.import"

    @api.model
    def _reading_words(self, code):
        """Return why a table can't be read."""
        words = {
            "xls": self.env._(
                "This is a workbook in an old format (.xls, or .et of WPS): open "
                "it in Excel or WPS and save it as .xlsx."
            ),
            "html": self.env._(
                "This is a web page, whatever its extension; many programs export "
                "web pages as .xls: open it in Excel or WPS and save it as .xlsx."
            ),
            "xml": self.env._(
                "This is an XML workbook of 2003: open it in Excel or WPS and save "
                "it as .xlsx."
            ),
            "numbers": self.env._(
                "This is an Apple Numbers table: export it as .xlsx."
            ),
            "pdf": self.env._(
                "This is a PDF; ask for the workbook it was created from."
            ),
            "image": self.env._("This is an image; ask for the workbook itself."),
            "ods": self.env._(
                "This is an OpenDocument table: please save it as .xlsx."
            ),
            "xlsb": self.env._(
                "This is a binary workbook (.xlsb): please save it as .xlsx."
            ),
            "document": self.env._(
                "This is a document, not a workbook: put its table into Excel or "
                "WPS and save it as .xlsx."
            ),
            "zip": self.env._(
                "This is a compressed archive: unpack it and upload the .xlsx."
            ),
            "other": self.env._("This isn't a workbook: upload an .xlsx or a .csv."),
            "password": self.env._(
                "The workbook is password-protected: save it without a password, "
                "and upload that."
            ),
            "large": self.env._(
                "The workbook is larger than 60 MB: split it, or delete its images."
            ),
            "bomb": self.env._(
                "The workbook would unpack to far more data than a ledger "
                "contains: copy its values to a new workbook, and upload that."
            ),
            "entities": self.env._(
                "The workbook contains declarations that no spreadsheet program "
                "writes, and can't be read: save it again in Excel or WPS."
            ),
            "broken": self.env._(
                "The workbook is damaged: open it in Excel or WPS and save it again."
            ),
            "empty": self.env._("The first sheet is empty."),
            "rows": self.env._("There are more than 200,000 rows: split the ledger."),
            "columns": self.env._(
                "there are more than 200 columns, or something is far to the right "
                "by mistake: delete what isn't needed."
            ),
            "cells": self.env._(
                "The workbook contains millions of cells, most of them empty and "
                "formatted: copy the ledger's values to a new workbook, and upload "
                "that."
            ),
            "texts": self.env._(
                "The workbook contains more than 2,000,000 texts: split the ledger."
            ),
            "wide": self.env._(
                "A row has more cells than a spreadsheet has columns: save the "
                "workbook again in Excel or WPS."
            ),
        }
        return words[code]

    @api.model
    def _problem_line(self, key, code, told=None):
        """Return one problem of a row: which column, and what is wrong."""
        label = self.env[COLUMN]._field_label(key) if key else ""
        message = told or self._problem_words(code)
        return f"{label}: {message}" if label else message

    @api.model
    def _problem_words(self, code):
        """Return what is wrong with a cell."""
        if "." in code:
            check, _dot, reason = code.partition(".")
            return self.env["res.partner"]._archive_number_message(check, reason)
        words = {**self._cell_words(), **self._meaning_words(), **self._file_words()}
        return words[code]

    @api.model
    def _cell_words(self):
        return {
            "digits_lost": self.env._(
                "the cell is a number, of which Excel keeps only 15 digits: format "
                "it as text and enter it again."
            ),
            "formula": self.env._("the cell contains an Excel error: correct it."),
            "uncalculated": self.env._(
                "the cell is a formula without a stored result: open the workbook "
                "in Excel or WPS, and save it."
            ),
            "long": self.env._("the text is too long: shorten it."),
            "sensitive": self.env._(
                "this contains an identity or bank card number, which can't be "
                "imported from a table: enter it in its item, where it is "
                "encrypted."
            ),
            "number": self.env._(
                "a file number may contain letters, digits and hyphens, at most 64 "
                "characters, without spaces."
            ),
            "number_format": self.env._(
                "the number doesn't match the company's format: the department "
                "code exactly as configured, then one to nine digits, without a "
                "sign."
            ),
            "number_year": self.env._(
                "the year in the file number isn't that of the filing date."
            ),
            "level": self.env._(
                "there is no such level: write internal, confidential or secret "
                "(内部, 普通商密 or 核心商密)."
            ),
            "date": self.env._("this isn't a date: write it as 2024-03-01."),
            "month": self.env._("the day is missing: write it as 2024-03-01."),
            "future": self.env._("the date is in the future."),
            "yes_no": self.env._("write yes or no (是 or 否)."),
            "kind": self.env._("write company or person (公司 or 个人)."),
        }

    @api.model
    def _meaning_words(self):
        return {
            "required": self.env._("it is empty: enter a value."),
            "unknown": self.env._(
                "this name doesn't exist: compare it with the configuration, or "
                "correct it."
            ),
            "several": self.env._(
                "there are several with this name: use the code or the login."
            ),
            "twice": self.env._("another row above has the same value."),
            "side": self.env._(
                "this user can't be responsible for files of the category: "
                "customers are handled by sales staff, suppliers by purchasing "
                "staff."
            ),
            "person": self.env._(
                "the category is for private persons and the row is a company, or "
                "vice versa."
            ),
            "no_key": self.env._(
                "a company needs a credit code or a file number to be found."
            ),
            "same_name": self.env._(
                "there already is a party with this name: enter the credit code or "
                "the file number to identify it."
            ),
        }

    @api.model
    def _file_words(self):
        return {
            "parties": self.env._(
                "several parties have this credit code: merge them first."
            ),
            "taken": self.env._("this file number belongs to another party's file."),
            "number_differs": self.env._(
                "the party has a file under another number: correct the row."
            ),
            "collecting": self.env._(
                "the party's file is still being collected: its number is assigned "
                "at registration. Leave the number empty."
            ),
            "locked": self.env._(
                "the file is under review or awaiting registration: import the row "
                "after that."
            ),
            "protected": self.env._(
                "the file on record has another value: it can only be changed by a "
                "change request."
            ),
            "ended": self.env._("the file of this number was closed."),
            "blocked": self.env._("the party is blocked: nothing is imported."),
            "undated": self.env._("a row with a file number needs a filing date."),
            "unnumbered": self.env._(
                "a filing date requires a file number: files without a number must "
                "be registered first."
            ),
            "closed_to_you": self.env._(
                "there is a file that you don't have access to: ask a records clerk."
            ),
            "contact_right": self.env._(
                "you may not edit this contact: have a user with access do it, or "
                "keep the contact's current value here."
            ),
            "party_right": self.env._(
                "you may not add customers or suppliers: have a user with access "
                "import it."
            ),
            "open_right": self.env._(
                "you may not open this file: have a records clerk import it, or its "
                "account manager open it."
            ),
            "file_right": self.env._(
                "you may not edit this file: ask its account manager or a records "
                "clerk."
            ),
            "not_yours": self.env._(
                "the file is still being collected: its account manager changes this."
            ),
            "of_category": self.env._(
                "the files of this category belong to another department: correct "
                "it, or leave it empty."
            ),
            "refused": self.env._("the row contains errors and can't be imported."),
        }
