"""What visitors did, for a portfolio's owner: sums of their events, as figures and as a page.

span      which days, in whose time zone
figures   what was counted in them
query     figures from the database, of one moment
page      figures as one HTML file
"""
