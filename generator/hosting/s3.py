"""The configuration of Amazon S3 behind CloudFront: a template of CloudFormation, in JSON."""

import json
from typing import Any

from generator.hosting.facts import HIDDEN, Facts
from generator.hosting.upload import beacon_note
from generator.model.content import NOT_FOUND

_POLICY = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""Amazon's own caching policy *CachingOptimized*: as the origin says, compressed."""
_HEADERS = {
    "Content-Security-Policy": "ContentSecurityPolicy",
    "Referrer-Policy": "ReferrerPolicy",
    "X-Content-Type-Options": "ContentTypeOptions",
}


def s3(facts: Facts) -> str:
    """The text of the template."""
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{facts.url}, printed by `qwikfolio hosting s3`. Deploy it in us-east-1.",
        "Parameters": {
            "Certificate": {
                "Type": "String",
                "Description": f"The ARN of a certificate of ACM for {facts.host.name}.",
            }
        },
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "Properties": {
                    "PublicAccessBlockConfiguration": dict.fromkeys(
                        (
                            "BlockPublicAcls",
                            "BlockPublicPolicy",
                            "IgnorePublicAcls",
                            "RestrictPublicBuckets",
                        ),
                        True,
                    )
                },
            },
            "BucketPolicy": _bucket_policy(),
            "Access": {
                "Type": "AWS::CloudFront::OriginAccessControl",
                "Properties": {
                    "OriginAccessControlConfig": {
                        "Name": {"Fn::Sub": "${AWS::StackName}"},
                        "OriginAccessControlOriginType": "s3",
                        "SigningBehavior": "always",
                        "SigningProtocol": "sigv4",
                    }
                },
            },
            "Addresses": _function("addresses", addresses(facts)),
            "Answers": _function("answers", ANSWERS),
            "Headers": _headers(facts),
            "Distribution": _distribution(facts),
        },
        "Outputs": {
            "Output": {
                "Description": "Set paths.output to this, and build.",
                "Value": {"Fn::Sub": "s3://${Bucket}" + facts.home.rstrip("/")},
            },
            "Host": {
                "Description": f"What {facts.host.name} is to be a CNAME or alias of.",
                "Value": {"Fn::GetAtt": ["Distribution", "DomainName"]},
            },
        },
    }
    if note := beacon_note(facts):
        template["Metadata"] = {"Beacon": note}
    return json.dumps(template, indent=2, ensure_ascii=False) + "\n"


def addresses(facts: Facts) -> str:
    """The function that finds an address's object: of a folder, its page."""
    home, hidden = json.dumps(facts.rules[0].path), json.dumps(HIDDEN)
    return f"""\
function handler(event) {{
  var request = event.request, home = {home}, path = request.uri;
  function to(where) {{
    return {{statusCode: 301, statusDescription: "Moved Permanently",
      headers: {{location: {{value: where}}}}}};
  }}
  if (path + "/" === home) return to(home);
  var decoded;
  try {{ decoded = decodeURIComponent(path); }} catch (error) {{ decoded = "//"; }}
  var below = decoded.slice(home.length).replace(/^\\.well-known\\//, "");
  if (path.indexOf(home) !== 0 || /(^|\\/)\\./.test(below) || /\\/\\//.test(decoded)
    || {hidden}.indexOf(below) >= 0) {{
    request.uri = home + "not-found";
    return request;
  }}
  var name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "") request.uri = path + "index.html";
  else if (!/\\.(?:[a-z0-9]{{1,5}}|webmanifest)$/i.test(name) && path.indexOf("/.well-known/") < 0)
    return to(path + "/");
  return request;
}}
"""


ANSWERS = """\
function handler(event) {
  var response = event.response, to = response.headers["x-amz-meta-location"];
  if (!to) return response;
  return {statusCode: 301, statusDescription: "Moved Permanently",
    headers: {location: {value: to.value}}};
}
"""
"""The function that makes a redirect of a page that is one: the build says so of its object."""


def _function(name: str, code: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": {"Fn::Sub": "${AWS::StackName}-" + name},
            "AutoPublish": True,
            "FunctionCode": code,
            "FunctionConfig": {"Comment": name, "Runtime": "cloudfront-js-2.0"},
        },
    }


def _bucket_policy() -> dict[str, Any]:
    source = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Bucket"},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudfront.amazonaws.com"},
                        # Without the second a missing object is forbidden, not missing.
                        "Action": ["s3:GetObject", "s3:ListBucket"],
                        "Resource": [
                            {"Fn::GetAtt": ["Bucket", "Arn"]},
                            {"Fn::Sub": "${Bucket.Arn}/*"},
                        ],
                        "Condition": {"StringEquals": {"AWS:SourceArn": {"Fn::Sub": source}}},
                    }
                ],
            },
        },
    }


def _headers(facts: Facts) -> dict[str, Any]:
    """Those of every answer; the objects themselves say how long they may be kept."""
    pairs = dict(facts.rules[0].headers)
    known = {name: pairs[name] for name in _HEADERS}
    others = [
        {"Header": name, "Value": value, "Override": True}
        for name, value in pairs.items()
        if name not in known
    ]
    return {
        "Type": "AWS::CloudFront::ResponseHeadersPolicy",
        "Properties": {
            "ResponseHeadersPolicyConfig": {
                "Name": {"Fn::Sub": "${AWS::StackName}"},
                "SecurityHeadersConfig": {
                    "ContentSecurityPolicy": {
                        "ContentSecurityPolicy": known["Content-Security-Policy"],
                        "Override": True,
                    },
                    "ReferrerPolicy": {
                        "ReferrerPolicy": known["Referrer-Policy"],
                        "Override": True,
                    },
                    "ContentTypeOptions": {"Override": True},
                },
                "CustomHeadersConfig": {"Items": others},
                "RemoveHeadersConfig": {
                    "Items": [{"Header": "x-amz-meta-location"}, {"Header": "x-amz-version-id"}]
                },
            }
        },
    }


def _distribution(facts: Facts) -> dict[str, Any]:
    functions = [("viewer-request", "Addresses"), ("viewer-response", "Answers")]
    return {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": {
            "DistributionConfig": {
                "Enabled": True,
                "Aliases": [facts.host.name],
                "HttpVersion": "http2and3",
                "IPV6Enabled": True,
                "Origins": [
                    {
                        "Id": "bucket",
                        "DomainName": {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]},
                        "OriginAccessControlId": {"Fn::GetAtt": ["Access", "Id"]},
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                    }
                ],
                "DefaultCacheBehavior": {
                    "TargetOriginId": "bucket",
                    "ViewerProtocolPolicy": "redirect-to-https",
                    "AllowedMethods": ["GET", "HEAD"],
                    "Compress": True,
                    "CachePolicyId": _POLICY,
                    "ResponseHeadersPolicyId": {"Ref": "Headers"},
                    "FunctionAssociations": [
                        {
                            "EventType": event,
                            "FunctionARN": {"Fn::GetAtt": [name, "FunctionMetadata.FunctionARN"]},
                        }
                        for event, name in functions
                    ],
                },
                "CustomErrorResponses": [
                    {
                        "ErrorCode": code,
                        "ResponseCode": 404,
                        "ResponsePagePath": f"{facts.rules[0].path}{NOT_FOUND}",
                        "ErrorCachingMinTTL": 10,
                    }
                    for code in (403, 404)
                ],
                "ViewerCertificate": {
                    "AcmCertificateArn": {"Ref": "Certificate"},
                    "SslSupportMethod": "sni-only",
                    "MinimumProtocolVersion": "TLSv1.2_2021",
                },
            }
        },
    }
