"""What visitors did, for an owner: the sums of `portfolio_analytics`, as figures and as a page."""
