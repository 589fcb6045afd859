# Where Cairn is and who may purge, for compose.yaml. default.vcl includes this file.

import directors;

probe health {
    # Asked as a visitor who came by https would, so that it also answers where the site redirects to that.
    .request =
        "GET /-/health/ HTTP/1.1"
        "Host: localhost"
        "X-Forwarded-Proto: https"
        "Connection: close";
    .interval = 2s;
    .timeout = 2s;
    .window = 4;
    .threshold = 2;
    .initial = 2;
}

backend web1 {
    .host = "web1";
    .port = "8000";
    .probe = health;
}

backend web2 {
    .host = "web2";
    .port = "8000";
    .probe = health;
}

# Addresses of private networks: containers have one of these. The token is asked for as well.
acl purgers {
    "10.0.0.0"/8;
    "172.16.0.0"/12;
    "192.168.0.0"/16;
}

sub vcl_init {
    new web = directors.round_robin();
    web.add_backend(web1);
    web.add_backend(web2);
}

sub vcl_recv {
    set req.backend_hint = web.backend();
}
