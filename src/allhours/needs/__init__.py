"""Needs: what residents ask for and members take up (posts of the menu, micro-wishes).

Always true: never more live claims than places; a member never holds more open wishes than the
scheme allows; who a wisher is reaches a claimer only while their claim lives (and for the scheme's
days after confirmation); hours are posted once, when delivery is confirmed.
"""
