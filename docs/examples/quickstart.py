import os

from product_helper.errors import UsersEmailTaken
from product_helper.models import NewProject, NewUser, ProjectUpdate
from product_helper.sync import projects, users
from sqlwright.runtime import Database

with Database(os.environ["DATABASE_URL"]) as db:
    owner = users.create_user(db, user=NewUser(email="owner@example.com", name="Owner"))
    try:
        users.create_user(db, user=NewUser(email="OWNER@example.com", name="Another"))
    except UsersEmailTaken as error:
        print(error.query, "refused:", error.constraint)
    with db.transaction() as tx:
        project = projects.create_project(tx, project=NewProject(name="Shop", user_id=owner.id))
        projects.update_project(tx, id=project.id, changes=ProjectUpdate(status="active"))
    found = projects.get_project_with_latest_conversation(db, id=project.id)
    if found is not None:  # the type checker asks for this line
        print(found.name, found.status, found.latest_conversation)
