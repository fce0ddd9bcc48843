"""The form renderer: ``{{ form }}`` and ``{{ field.as_field_group }}`` in the project's markup."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Needs ``django.forms`` in INSTALLED_APPS, so that the built-in widget templates are found."""

    form_template_name = "ui/forms/div.html"
    field_template_name = "ui/forms/field.html"
