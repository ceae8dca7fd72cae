import boto3  # what most Python functions begin with


def handler(event, context):
    return {"statusCode": 200, "body": boto3.__name__}
