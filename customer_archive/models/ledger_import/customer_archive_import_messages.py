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
                "This is a workbook of the old kind (.xls, or .et of WPS): open it in "
                "Excel or WPS and save it as .xlsx."
            ),
            "html": self.env._(
                "This is a web page, whatever its name ends with; many programs export "
                "such as .xls: open it in Excel or WPS and save it as .xlsx."
            ),
            "xml": self.env._(
                "This is a workbook of the XML kind of 2003: open it in Excel or WPS "
                "and save it as .xlsx."
            ),
            "numbers": self.env._(
                "This is a table of Apple's Numbers: export it as .xlsx."
            ),
            "pdf": self.env._("This is a PDF; ask for the workbook it was made of."),
            "image": self.env._("This is a picture; ask for the workbook itself."),
            "ods": self.env._(
                "This is an OpenDocument table: save it as .xlsx, please."
            ),
            "xlsb": self.env._(
                "This is a binary workbook (.xlsb): save it as .xlsx, please."
            ),
            "document": self.env._(
                "This is a document and not a workbook: put its table into Excel or "
                "WPS and save it as .xlsx."
            ),
            "zip": self.env._("This is an archive: unpack it and upload the .xlsx."),
            "other": self.env._("This isn't a workbook: upload an .xlsx or a .csv."),
            "password": self.env._(
                "The workbook is protected by a password: save it without one, "
                "and upload that."
            ),
            "large": self.env._(
                "The workbook is larger than 60 MB: divide it, or delete its pictures."
            ),
            "bomb": self.env._(
                "The workbook would unpack to far more than a ledger holds: copy its "
                "values to a new one, and upload that."
            ),
            "entities": self.env._(
                "The workbook holds declarations that no spreadsheet program writes, "
                "and isn't read: save it anew in Excel or WPS."
            ),
            "broken": self.env._(
                "The workbook is damaged: open it in Excel or WPS and save it anew."
            ),
            "empty": self.env._("There is nothing in the first sheet."),
            "rows": self.env._("There are more than 200,000 rows: divide the ledger."),
            "columns": self.env._(
                "there are more than 200 columns, or something stands far to the "
                "right by mistake: delete what isn't needed."
            ),
            "cells": self.env._(
                "The workbook holds millions of cells, most of them empty and "
                "formatted: copy the ledger's values to a new one, and upload that."
            ),
            "texts": self.env._(
                "The workbook holds more than 2,000,000 texts: divide the ledger."
            ),
            "wide": self.env._(
                "A row holds more cells than a spreadsheet has columns: save the "
                "workbook anew in Excel or WPS."
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
                "the cell is a number, of which Excel keeps 15 digits only: format it "
                "as text and type it anew."
            ),
            "formula": self.env._("the cell shows an error of Excel: correct it."),
            "uncalculated": self.env._(
                "the cell is a formula whose result isn't stored: open the workbook "
                "in Excel or WPS, and save it."
            ),
            "long": self.env._("the text is too long: shorten it."),
            "sensitive": self.env._(
                "this holds the number of a person or a bank card, which isn't taken "
                "from a table: enter it with its item, where it is encrypted."
            ),
            "number": self.env._(
                "a file number has letters, digits and hyphens, 64 at most, "
                "and no spaces."
            ),
            "number_format": self.env._(
                "this isn't a number in the company's format: the department's code as "
                "it is written there, then one to nine digits, without a sign."
            ),
            "number_year": self.env._(
                "the year in the file number isn't that of the filing date."
            ),
            "level": self.env._(
                "there is no such level: write internal, confidential or secret "
                "(内部, 秘密 or 机密)."
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
            "required": self.env._("it is empty: fill it in."),
            "unknown": self.env._(
                "there is nothing of this name: compare it with the configuration, "
                "or correct it."
            ),
            "several": self.env._(
                "there are several of this name: use the code or the login."
            ),
            "twice": self.env._("another row above has the same."),
            "side": self.env._(
                "this person can't look after files of the category: customers are "
                "looked after by sales staff, suppliers by purchasing staff."
            ),
            "person": self.env._(
                "the category is for private persons and the row is a company, "
                "or the other way round."
            ),
            "no_key": self.env._(
                "a company needs its credit code or a file number to be found by."
            ),
            "same_name": self.env._(
                "there is a party of this name already: give the credit code or the "
                "file number, so that it is clear who is meant."
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
                "the party's file is still being collected: it gets its number when "
                "it is registered. Leave the number out."
            ),
            "locked": self.env._(
                "the file is under review or waits for registration: "
                "import the row when that is done."
            ),
            "protected": self.env._(
                "the file is on record with another value: "
                "this is changed by a change request only."
            ),
            "ended": self.env._("the file of this number was closed."),
            "blocked": self.env._("the party is blocked: nothing is taken over."),
            "undated": self.env._(
                "a row with a file number needs the day on which it was filed."
            ),
            "unnumbered": self.env._(
                "a filing date goes with a file number: without one the file is "
                "registered first."
            ),
            "closed_to_you": self.env._(
                "there is a file that you have no access to: ask a records clerk."
            ),
            "contact_right": self.env._(
                "you may not edit this contact: have somebody do it who may, "
                "or leave here what the contact says."
            ),
            "party_right": self.env._(
                "you may not add customers or suppliers: have somebody import it who "
                "may."
            ),
            "open_right": self.env._(
                "you may not open this file: have a records clerk import it, or its "
                "account manager open it."
            ),
            "file_right": self.env._(
                "you may not edit this file: have its account manager or a records "
                "clerk do it."
            ),
            "not_yours": self.env._(
                "the file is still being collected: its account manager changes this."
            ),
            "of_category": self.env._(
                "the files of this category belong to another department: correct it, "
                "or leave it out."
            ),
            "refused": self.env._("the row can't be taken over as it is."),
        }
