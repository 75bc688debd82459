"""Questions that no passage answers: greetings, the folder itself, a whole document or article, every mention."""
