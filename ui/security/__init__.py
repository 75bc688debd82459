"""Guards between the network and the page, outermost first.

``origin``   Host and Origin: requests of other sites, and names that were made to point here.
``password`` the password, and what guessing it costs.
``headers``  the content security policy and its companions.
``routes``   the list of requests that are served at all.
``events``   the form of what the page may send to Gradio.
"""
