"""`qwikfolio theme check`: what is wrong with a theme, before anybody's page is made with it."""
