"""The one address of a stack on AWS: what CloudFront answers with, from where, with which headers."""

import fnmatch
import json
import subprocess

import pytest

import app
from infra import resources

MADE = resources.load(resources.TEMPLATE)["Resources"]
DISTRIBUTION = MADE["Pages"]["Properties"]["DistributionConfig"]
ORIGINS = {origin["Id"]: origin for origin in DISTRIBUTION["Origins"]}
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
PAGES = ["/", "/console/", "/console/assets/index-B3kdV9H_.js", "/console/deployment.json", "/sdk/iCallAgent.js"]


def behaviour(path):
    """What CloudFront does with a path: the first pattern that fits, or the default."""
    fitting = (found for found in DISTRIBUTION["CacheBehaviors"] if fnmatch.fnmatchcase(path, found["PathPattern"]))
    return next(fitting, DISTRIBUTION["DefaultCacheBehavior"])


def headers(path):
    return MADE[behaviour(path)["ResponseHeadersPolicyId"]["Ref"]]["Properties"]["ResponseHeadersPolicyConfig"]


@pytest.mark.parametrize("route", sorted(app.app.routes))
def test_every_route_of_the_front_door_is_behind_the_address_whole_and_never_from_a_cache(route):
    found = behaviour(route)

    assert found["TargetOriginId"] == "api"
    assert found["CachePolicyId"] == CACHING_DISABLED
    assert found["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER
    assert set(app.app.routes[route]) <= set(found["AllowedMethods"])
    assert "FunctionAssociations" not in found


@pytest.mark.parametrize("path", PAGES)
def test_pages_and_sdk_come_from_the_bucket_kept_as_long_as_they_say(path):
    found = behaviour(path)
    caching = MADE[found["CachePolicyId"]["Ref"]]["Properties"]["CachePolicyConfig"]

    assert found["TargetOriginId"] == "pages"
    assert found["ViewerProtocolPolicy"] == "redirect-to-https"
    assert found["Compress"]
    assert (caching["MinTTL"], caching["DefaultTTL"], caching["MaxTTL"]) == (0, 0, 31536000)


def test_an_error_of_one_agents_request_is_no_other_agents_answer():
    kept = {found["ErrorCode"]: found["ErrorCachingMinTTL"] for found in DISTRIBUTION["CustomErrorResponses"]}

    assert kept == dict.fromkeys((500, 502, 503, 504), 0)


def test_the_bucket_is_read_by_our_own_distribution_alone():
    _, reading = MADE["PagesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    distribution = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Pages}"

    assert (reading["Action"], reading["Principal"]) == ("s3:GetObject", {"Service": "cloudfront.amazonaws.com"})
    assert reading["Condition"] == {"StringEquals": {"aws:SourceArn": {"Fn::Sub": distribution}}}
    assert ORIGINS["pages"]["OriginAccessControlId"] == {"Fn::GetAtt": ["PagesAccess", "Id"]}


def test_the_agent_page_keeps_its_microphone_and_no_stranger_frames_it():
    policy = headers("/console/")
    (permissions,) = policy["CustomHeadersConfig"]["Items"]

    assert policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"] == "frame-ancestors 'self'"
    assert (permissions["Header"], permissions["Value"].split(", ")[0]) == ("Permissions-Policy", "microphone=(self)")
    assert "CorsConfig" not in policy


@pytest.mark.parametrize("file", ["iCallAgent.js", "icall-agent.mjs", "telephones/twilio-voice.mjs", "deployment.json"])
def test_the_sdk_may_be_loaded_by_pages_of_every_origin_as_script_and_as_module(file):
    cors = headers(f"/sdk/{file}")["CorsConfig"]

    assert cors["AccessControlAllowOrigins"] == {"Items": ["*"]}
    assert "GET" in cors["AccessControlAllowMethods"]["Items"]
    assert cors["OriginOverride"]
    assert not cors["AccessControlAllowCredentials"]


def test_the_front_doors_own_answer_to_other_origins_is_left_as_it_is():
    assert "CorsConfig" not in headers("/agent/sessions")


@pytest.mark.parametrize("path", ["/console/", "/sdk/iCallAgent.js", "/agent/sessions"])
def test_everything_at_the_address_is_https_and_what_it_says_it_is(path):
    security = headers(path)["SecurityHeadersConfig"]

    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    assert security["ContentTypeOptions"]["Override"]


def at_the_edge(path):
    """What the viewer-request function makes of a request, run by node."""
    code = MADE["PagesIndex"]["Properties"]["FunctionCode"]
    request = {"method": "GET", "uri": path, "querystring": {}, "headers": {"host": {"value": "icall.example"}}}
    program = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps({'request': request})})));"
    said = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)  # noqa: S603, S607
    return json.loads(said.stdout)


@pytest.mark.parametrize("path", ["/", "/console"])
def test_who_comes_without_a_page_is_led_to_the_agent_page(path):
    answer = at_the_edge(path)

    assert answer["statusCode"] == 302
    assert answer["headers"]["location"]["value"] == "/console/"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/console/", "/console/index.html"),
        ("/console/index.html", "/console/index.html"),
        ("/console/assets/index-B3kdV9H_.js", "/console/assets/index-B3kdV9H_.js"),
        ("/sdk/iCallAgent.js", "/sdk/iCallAgent.js"),
        ("/consoles", "/consoles"),
    ],
)
def test_a_folder_is_its_index_and_a_file_is_itself(path, key):
    answer = at_the_edge(path)

    assert answer["uri"] == key
    assert answer["method"] == "GET"
